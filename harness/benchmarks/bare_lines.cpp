// SPDX-License-Identifier: Apache-2.0
// bare_lines.cpp: what a Python sender cannot do without, as a module for sender_loops.py: the
// call, the packing of its values or the copy of its array, and the way of the lines to another
// process. There is no ring: nobody looks for room, and one shared number says how many lines are
// written.
#include <pybind11/pybind11.h>

#include <sys/mman.h>
#include <sys/prctl.h>

#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstring>

#include "errors.hpp"
#include "format.hpp"
#include "quick_pack.hpp"
#include "stamp.hpp"

namespace py = pybind11;
namespace ring = tickring::python;

namespace {

constexpr std::size_t kLineBytes = 64;
constexpr std::size_t kTickBytes = 32;
constexpr std::size_t kHeaderBytes = 16; // as in front of a payload of the ring
constexpr std::uint64_t kLines = 1 << 14;
constexpr std::uint64_t kLinesAtATime = 32;
constexpr std::uint64_t kEnd = std::uint64_t{1} << 63; // beside the number of lines

struct Shared {
    alignas(128) std::atomic<std::uint64_t> lines_count;
    alignas(128) unsigned char lines[kLines][kLineBytes];
};

Shared *g_shared = nullptr;
ring::Format g_format;
ring::Stamp g_stamp;
std::uint64_t g_lines_count = 0;

// New memory, which a process forked later can follow().
void prepare(const py::object &format, std::int64_t stamp_offset_bytes) {
    g_format = {};
    if (!ring::compile_format(format.ptr(), kLineBytes - kHeaderBytes, &g_format)) {
        throw py::error_already_set();
    }
    if (g_shared != nullptr) {
        ::munmap(g_shared, sizeof *g_shared);
    }
    void *memory = ::mmap(nullptr, sizeof *g_shared, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (memory == MAP_FAILED) {
        PyErr_SetFromErrno(PyExc_OSError);
        throw py::error_already_set();
    }
    g_shared = static_cast<Shared *>(memory);
    g_stamp.offset_bytes = stamp_offset_bytes;
    g_lines_count = 0;
}

unsigned char *next_payload() { return g_shared->lines[g_lines_count % kLines] + kHeaderBytes; }

// The next payload is written, but for its stamp.
void send_written(unsigned char *payload) {
    if (g_stamp.offset_bytes >= 0) {
        ring::write_stamp(g_stamp, payload);
    }
    if (++g_lines_count % kLinesAtATime == 0) {
        // Pairs with the load in follow().
        g_shared->lines_count.store(g_lines_count, std::memory_order_release);
    }
}

PyObject *send(PyObject *, PyObject *const *values, Py_ssize_t count) {
    unsigned char *payload = next_payload();
    if (g_format.is_padded && g_format.size_bytes == kTickBytes) { // two moves, as in a sender
        std::memset(payload, 0, kTickBytes);
    } else if (g_format.is_padded) {
        std::memset(payload, 0, g_format.size_bytes);
    }
    if (static_cast<std::size_t>(count) != g_format.fields.size() ||
        !ring::pack_quickly(g_format.quick_fields.data(), values, payload)) {
        PyErr_SetString(PyExc_TypeError, "send() takes one value of the common type for each field "
                                         "of what prepare() was given");
        return nullptr;
    }
    send_written(payload);
    Py_RETURN_NONE;
}

// Each item of a contiguous array of ticks.
void send_many(const py::buffer &array) {
    const py::buffer_info ticks = array.request();
    constexpr auto kItemBytes = static_cast<py::ssize_t>(kTickBytes);
    if (ticks.itemsize != kItemBytes || ticks.ndim != 1 || ticks.strides[0] != kItemBytes) {
        throw py::type_error("array is no contiguous array of items of 32 bytes");
    }
    const auto *tick = static_cast<const unsigned char *>(ticks.ptr);
    for (py::ssize_t i = 0; i < ticks.size; ++i, tick += kTickBytes) {
        unsigned char *payload = next_payload();
        std::memcpy(payload, tick, kTickBytes);
        send_written(payload);
    }
}

// Tells of all lines, and that there will be no more.
void end() {
    // Pairs with the load in follow().
    g_shared->lines_count.store(g_lines_count | kEnd, std::memory_order_release);
}

// Reads each line as soon as it is told of, until the end. Returns the sum of their first fields.
std::uint64_t follow() {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a parent that is killed tells of no end
    std::uint64_t sum = 0;
    std::uint64_t word = 0;
    for (std::uint64_t read_count = 0; (word & kEnd) == 0;) {
        // Pairs with the stores in send_written() and end().
        word = g_shared->lines_count.load(std::memory_order_acquire);
        for (; read_count < (word & ~kEnd); ++read_count) {
            std::uint64_t field = 0;
            std::memcpy(&field, g_shared->lines[read_count % kLines] + kHeaderBytes, sizeof field);
            sum += field;
        }
    }
    return sum;
}

PyMethodDef g_functions[] = {
    {"send", reinterpret_cast<PyCFunction>(reinterpret_cast<void *>(send)), METH_FASTCALL, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

} // namespace

PYBIND11_MODULE(bare_lines, module) {
    module.attr("CAPACITY_BYTES") = kLines * kLineBytes;
    module.attr("LINES_AT_A_TIME") = kLinesAtATime;
    module.def("prepare", prepare, py::arg("format"), py::arg("stamp_offset_bytes") = -1);
    module.def("send_many", send_many, py::arg("array"));
    module.def("end", end);
    module.def("follow", follow);
    if (!ring::add_errors(module.ptr()) || PyModule_AddFunctions(module.ptr(), g_functions) != 0) {
        throw py::error_already_set();
    }
}
