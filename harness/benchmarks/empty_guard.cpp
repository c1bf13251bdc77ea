// SPDX-License-Identifier: Apache-2.0
// empty_guard.cpp: the reference loop's interface with nothing behind it, as a module for
// python_rows.py: what the interpreter takes for the calls, whatever ring answers them. The guard
// is always the same one, looks at no argument, and its view is of 32 bytes of its own.
#include <pybind11/pybind11.h>

#include <structmember.h>

#include <cstddef>
#include <cstring>

namespace {

constexpr Py_ssize_t kTickBytes = 32;

struct Guard {
    PyObject_HEAD vectorcallfunc vectorcall;
    unsigned char payload[kTickBytes];
};

Guard *g_guard = nullptr;
PyObject *g_actual_size = nullptr; // the interned name

PyObject *send_zero_copy(PyObject *, PyObject *const *, Py_ssize_t, PyObject *) {
    return Py_NewRef(reinterpret_cast<PyObject *>(g_guard));
}

// __enter__ without arguments and __exit__ with three, found as a guard of the ring finds them:
// bound to nothing but the guard.
PyObject *enter_or_exit(PyObject *self, PyObject *const *, std::size_t count, PyObject *) {
    return Py_NewRef(PyVectorcall_NARGS(count) == 0 ? self : Py_None);
}

PyObject *bind_method(PyObject *self, PyObject *guard, PyObject *) {
    return Py_NewRef(guard ? guard : self);
}

int get_buffer(PyObject *self, Py_buffer *view, int flags) {
    return PyBuffer_FillInfo(view, self, reinterpret_cast<Guard *>(self)->payload, kTickBytes, 0,
                             flags);
}

// actual_size, found as a guard of the ring finds it: without a search of the type.
int set_attribute(PyObject *self, PyObject *name, PyObject *value) {
    return name == g_actual_size ? 0 : PyObject_GenericSetAttr(self, name, value);
}

PyType_Slot g_method_slots[] = {
    {Py_tp_descr_get, reinterpret_cast<void *>(bind_method)},
    {0, nullptr},
};
PyType_Spec g_method_spec = {"empty_guard._Method", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT,
                             g_method_slots};

PyMemberDef g_guard_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Guard, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
PyType_Slot g_guard_slots[] = {
    {Py_tp_call, reinterpret_cast<void *>(PyVectorcall_Call)},
    {Py_tp_setattro, reinterpret_cast<void *>(set_attribute)},
    {Py_tp_members, g_guard_members},
    {Py_bf_getbuffer, reinterpret_cast<void *>(get_buffer)},
    {0, nullptr},
};
PyType_Spec g_guard_spec = {"empty_guard.Guard", sizeof(Guard), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL |
                                Py_TPFLAGS_DISALLOW_INSTANTIATION,
                            g_guard_slots};

PyMethodDef g_bus_methods[] = {
    {"send_zero_copy", reinterpret_cast<PyCFunction>(reinterpret_cast<void *>(send_zero_copy)),
     METH_FASTCALL | METH_KEYWORDS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot g_bus_slots[] = {{Py_tp_methods, g_bus_methods}, {0, nullptr}};
PyType_Spec g_bus_spec = {"empty_guard.Bus", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, g_bus_slots};

// The guard that all calls give; false with an exception set.
bool make_guard() {
    PyObject *type = PyType_FromSpec(&g_guard_spec);
    PyObject *method_type = PyType_FromSpec(&g_method_spec);
    PyObject *method = method_type ? PyObject_CallNoArgs(method_type) : nullptr;
    g_actual_size = PyUnicode_InternFromString("actual_size");
    if (!type || !method || !g_actual_size ||
        PyObject_SetAttrString(type, "__enter__", method) != 0 ||
        PyObject_SetAttrString(type, "__exit__", method) != 0) {
        return false;
    }
    g_guard = PyObject_New(Guard, reinterpret_cast<PyTypeObject *>(type));
    if (g_guard) {
        g_guard->vectorcall = enter_or_exit;
        std::memset(g_guard->payload, 0, kTickBytes);
    }
    return g_guard != nullptr;
}

} // namespace

PYBIND11_MODULE(empty_guard, module) {
    PyObject *bus = PyType_FromSpec(&g_bus_spec);
    if (!bus || PyModule_AddType(module.ptr(), reinterpret_cast<PyTypeObject *>(bus)) != 0 ||
        !make_guard()) {
        throw pybind11::error_already_set();
    }
}
