// SPDX-License-Identifier: Apache-2.0
#include "sender_call.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "arguments.hpp"
#include "errors.hpp"
#include "quick_pack.hpp"
#include "sending.hpp"

namespace tickring::python {
namespace {

constexpr std::uint64_t kAnySize = 0;
constexpr std::uint64_t kTickBytes = 32; // cleared by two moves instead of a call

// The type of a call that is not simply all values: one more by position, or by keyword.
bool bind_type_id(const Sender *sender, PyObject *const *args, Py_ssize_t count, PyObject *names,
                  std::uint32_t *type_id) {
    const Py_ssize_t wanted = sender->value_count;
    const Py_ssize_t keywords = names ? PyTuple_GET_SIZE(names) : 0;
    if (keywords == 1 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, 0), "type_id")) {
        PyErr_Format(PyExc_TypeError, "the sender got an unexpected argument '%U'",
                     PyTuple_GET_ITEM(names, 0));
        return false;
    }
    if (count < wanted || count + keywords > wanted + 1) {
        PyErr_Format(PyExc_TypeError,
                     "the sender of %R takes %zd values and perhaps a type_id, %zd were given",
                     sender->format_text, wanted, count);
        return false;
    }
    return count + keywords == wanted || as_uint32(args[wanted], "type_id", type_id);
}

// Sends what is packed; waits for room.
bool send_message(const Sender *sender, std::uint32_t type_id) {
    const std::uint64_t size_bytes = sender->size_bytes;
    return bus_is_free(sender->bus) &&
           send_written(sender->bus, size_bytes, type_id, [=](void *payload) {
               std::memcpy(payload, sender->message, size_bytes);
               if (sender->stamp.offset_bytes >= 0) {
                   write_stamp(sender->stamp, payload);
               }
               return true;
           });
}

// Any values are packed beside the ring: their code may use the bus or close it. bind(type_id)
// reads the type where the call has one.
template <class Bind>
PyObject *send_values(Sender *sender, PyObject *const *args, std::uint32_t type_id,
                      const Bind &bind) {
    if (sender->busy) {
        return raise_error(TICKRING_BAD_STATE,
                           "another call of this sender is under way; one thread may use it");
    }
    sender->busy = true;
    const bool sent = bind(&type_id) && pack_values(*sender->format, args, sender->message) &&
                      send_message(sender, type_id);
    sender->busy = false;
    return sent ? Py_NewRef(Py_None) : nullptr;
}

[[gnu::noinline]] PyObject *send_all(Sender *sender, PyObject *const *args, std::uint32_t type_id) {
    return send_values(sender, args, type_id, [](const std::uint32_t *) { return true; });
}

[[gnu::noinline]] PyObject *call_sender(PyObject *self, PyObject *const *args, std::size_t flags,
                                        PyObject *names) {
    Sender *sender = as_sender(self);
    return send_values(sender, args, sender->type_id, [=](std::uint32_t *type_id) {
        return bind_type_id(sender, args, PyVectorcall_NARGS(flags), names, type_id);
    });
}

// Packs common values into the ring itself: none of their code runs, so nothing uses the bus or
// closes it meanwhile. False, with no exception set: nothing was sent, send_all() is to be
// tried.
template <std::uint64_t fixed_bytes, bool is_stamped>
[[gnu::always_inline]] inline bool send_quickly(const Sender *sender, PyObject *const *args,
                                                std::uint32_t type_id) {
    const Bus *bus = sender->bus;
    if (sender->busy || bus->closing || bus->busy || bus->open_guard) {
        return false;
    }
    const std::uint64_t size_bytes = fixed_bytes == kAnySize ? sender->size_bytes : fixed_bytes;
    return send_at_once(bus->ring, size_bytes, type_id, [=](std::byte *room) {
        auto *payload = reinterpret_cast<unsigned char *>(room);
        if (sender->is_padded) {
            std::memset(payload, 0, size_bytes);
        }
        if (!pack_quickly(sender->quick_fields, args, payload)) {
            return false;
        }
        if constexpr (is_stamped) {
            write_stamp(sender->stamp, payload);
        }
        return true;
    });
}

// The common calls, all values and perhaps a small type by position, in so few instructions that
// hardly a register has to be saved: such a store would wait in line behind the ring's, which wait
// for the other CPU.
template <std::uint64_t fixed_bytes, bool is_stamped>
[[gnu::hot]] PyObject *call_quickly(PyObject *self, PyObject *const *args, std::size_t flags,
                                    PyObject *names) {
    Sender *sender = as_sender(self);
    const Py_ssize_t further = PyVectorcall_NARGS(flags) - sender->value_count;
    std::uint32_t type_id = sender->type_id;
    if (names || further != 0) {
        if (names || further != 1 || !is_small_positive(args[sender->value_count])) [[unlikely]] {
            return call_sender(self, args, flags, names);
        }
        type_id = small_value(args[sender->value_count]);
    }
    if (send_quickly<fixed_bytes, is_stamped>(sender, args, type_id)) [[likely]] {
        Py_RETURN_NONE;
    }
    return send_all(sender, args, type_id);
}

} // namespace

vectorcallfunc call_for(const Sender &sender) {
    const bool is_stamped = sender.stamp.offset_bytes >= 0;
    const auto &fields = sender.format->fields;
    if (std::any_of(fields.begin(), fields.end(),
                    [](const FormatField &field) { return field.quick == QuickPacking::kNone; })) {
        return call_sender;
    }
    if (sender.size_bytes == kTickBytes) {
        return is_stamped ? call_quickly<kTickBytes, true> : call_quickly<kTickBytes, false>;
    }
    return is_stamped ? call_quickly<kAnySize, true> : call_quickly<kAnySize, false>;
}

} // namespace tickring::python
