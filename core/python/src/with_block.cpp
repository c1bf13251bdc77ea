// SPDX-License-Identifier: Apache-2.0
// A guard in a with statement. For ordinary methods Python makes two bound method objects per
// block, about 15 ns each; here __enter__ and __exit__ are found bound to nothing but the guard
// itself, which tells the two by their number of arguments.
#include <cstddef>

#include <Python.h>
#include <structmember.h>

#include "guard.hpp"

namespace tickring::python {
namespace {

constexpr Py_ssize_t kExitArguments = 3; // type, value, traceback

PyObject *enter(Guard *guard) {
    return require_open(guard) ? Py_NewRef(reinterpret_cast<PyObject *>(guard)) : nullptr;
}

// A method found on a type rather than on a guard, as contextlib.ExitStack does: Method(guard,
// ...).
struct Method {
    PyObject_HEAD vectorcallfunc vectorcall;
    PyTypeObject *guard_type; // borrowed: the type owns the method
};

PyObject *call_method(PyObject *self, PyObject *const *args, std::size_t count, PyObject *names) {
    const Py_ssize_t given = PyVectorcall_NARGS(count);
    PyTypeObject *guard_type = reinterpret_cast<Method *>(self)->guard_type;
    if (given == 0 || !Py_IS_TYPE(args[0], guard_type)) {
        PyErr_Format(PyExc_TypeError, "the first argument must be a %s", guard_type->tp_name);
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
    Guard *guard = as_guard(self);
    const Py_ssize_t given = PyVectorcall_NARGS(count);
    if (!names && given == kExitArguments) {
        return guard->kind->leave(guard, args[0] != Py_None);
    }
    if (!names && given == 0) {
        return enter(guard);
    }
    PyErr_SetString(PyExc_TypeError, "__enter__ takes no arguments, __exit__ takes three");
    return nullptr;
}

bool add_with_methods(PyTypeObject *guard_type) {
    static PyObject *type = PyType_FromSpec(&g_spec);
    Method *method = type ? PyObject_New(Method, reinterpret_cast<PyTypeObject *>(type)) : nullptr;
    if (!method) {
        return false;
    }
    method->vectorcall = call_method;
    method->guard_type = guard_type;
    auto *object = reinterpret_cast<PyObject *>(method);
    auto *owner = reinterpret_cast<PyObject *>(guard_type);
    const bool added = PyObject_SetAttrString(owner, "__enter__", object) == 0 &&
                       PyObject_SetAttrString(owner, "__exit__", object) == 0;
    Py_DECREF(object);
    return added;
}

} // namespace tickring::python
