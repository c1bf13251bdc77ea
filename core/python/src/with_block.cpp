// SPDX-License-Identifier: Apache-2.0
// A guard in a with statement. For ordinary methods Python makes two bound method objects per
// block, about 15 ns each; here __enter__ and __exit__ are found bound to nothing but the guard
// itself, which tells the two by their number of arguments.
#include <cstddef>

#include <Python.h>
#include <structmember.h>

#include "bus.hpp"
#include "errors.hpp"

namespace tickring::python {
namespace {

constexpr Py_ssize_t kExitArguments = 3; // type, value, traceback

PyTypeObject *g_guard_type = nullptr; // borrowed from the module

PyObject *enter(Guard *guard) {
    return require_open(guard) ? Py_NewRef(reinterpret_cast<PyObject *>(guard)) : nullptr;
}

// Commits, or rolls back when the block raised.
PyObject *exit(Guard *guard, bool raised) {
    if (guard->state == GuardState::kOpen && (raised || guard->view_count > 0)) {
        roll_back(guard);
        if (!raised) {
            PyErr_SetString(PyExc_BufferError,
                            "a view of the message still lives at the end of its with block; "
                            "the message was rolled back");
            return nullptr;
        }
    } else if (guard->state == GuardState::kOpen) {
        const int code =
            tickring_commit_tx(guard->bus->ring, guard->actual_size_bytes, guard->type_id);
        end_message(guard, code == TICKRING_OK ? GuardState::kCommitted : GuardState::kRolledBack);
        if (code != TICKRING_OK) {
            return raise_last_error();
        }
    } else if (guard->state == GuardState::kLost && !raised) {
        require_open(guard);
        return nullptr;
    }
    Py_RETURN_NONE;
}

// A method found on a type rather than on a guard, as contextlib.ExitStack does: Method(guard,
// ...).
struct Method {
    PyObject_HEAD vectorcallfunc vectorcall;
};

PyObject *call_method(PyObject *, PyObject *const *args, std::size_t count, PyObject *names) {
    const Py_ssize_t given = PyVectorcall_NARGS(count);
    if (given == 0 || !Py_IS_TYPE(args[0], g_guard_type)) {
        PyErr_SetString(PyExc_TypeError, "the first argument must be a tickring.TxGuard");
        return nullptr;
    }
    return call_guard(args[0], args + 1, static_cast<std::size_t>(given - 1), names);
}

PyObject *bind_method(PyObject *self, PyObject *guard, PyObject *) {
    return Py_NewRef(guard ? guard : self);
}

PyMemberDef g_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Method, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyType_Slot g_slots[] = {
    {Py_tp_call, reinterpret_cast<void *>(PyVectorcall_Call)},
    {Py_tp_descr_get, reinterpret_cast<void *>(bind_method)},
    {Py_tp_members, g_members},
    {0, nullptr},
};

PyType_Spec g_spec = {
    "tickring._WithMethod", sizeof(Method), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION, g_slots};

} // namespace

PyObject *call_guard(PyObject *self, PyObject *const *args, std::size_t count, PyObject *names) {
    auto *guard = reinterpret_cast<Guard *>(self);
    const Py_ssize_t given = PyVectorcall_NARGS(count);
    if (!names && given == kExitArguments) {
        return exit(guard, args[0] != Py_None);
    }
    if (!names && given == 0) {
        return enter(guard);
    }
    PyErr_SetString(PyExc_TypeError, "__enter__ takes no arguments, __exit__ takes three");
    return nullptr;
}

bool add_with_methods(PyTypeObject *guard_type) {
    g_guard_type = guard_type;
    auto *type = reinterpret_cast<PyTypeObject *>(PyType_FromSpec(&g_spec));
    Method *method = type ? PyObject_New(Method, type) : nullptr;
    if (!method) {
        return false;
    }
    method->vectorcall = call_method;
    auto *object = reinterpret_cast<PyObject *>(method);
    auto *owner = reinterpret_cast<PyObject *>(guard_type);
    return PyObject_SetAttrString(owner, "__enter__", object) == 0 &&
           PyObject_SetAttrString(owner, "__exit__", object) == 0;
}

} // namespace tickring::python
