// SPDX-License-Identifier: Apache-2.0
#include "errors.hpp"

#include <cerrno>
#include <cstdarg>
#include <iterator>

#include <tickring/tickring.h>

namespace tickring::python {
namespace {

struct ErrorClass {
    int code;
    const char *name;
    PyObject **builtin; // the built-in exception that it also is; nullptr for none
    int system_errno;   // its attribute errno, where the built-in one is an OSError
    const char *doc;
};

const ErrorClass kClasses[] = {
    {TICKRING_EMPTY, "Empty", nullptr, 0, "Nothing has been published."},
    {TICKRING_FULL, "Full", nullptr, 0,
     "There is no room until the consumer releases some; only the try_ calls say so."},
    {TICKRING_TIMEOUT, "Timeout", &PyExc_TimeoutError, ETIMEDOUT,
     "The deadline passed. Says nothing about the health of the peer."},
    {TICKRING_INTERRUPTED, "Interrupted", &PyExc_InterruptedError, EINTR,
     "A signal handler ran during a sleep."},
    {TICKRING_PEER_CLOSED, "PeerClosed", &PyExc_ConnectionError, EPIPE,
     "The peer closed its end; a consumer has read everything."},
    {TICKRING_PEER_DEAD, "PeerDead", &PyExc_ConnectionError, ECONNRESET,
     "The kernel says that the peer is gone without closing; everything published was delivered."},
    {TICKRING_CORRUPT, "Corrupt", &PyExc_RuntimeError, 0,
     "The shared memory holds what no working peer writes. The bus stays unusable."},
    {TICKRING_TOO_LARGE, "TooLarge", &PyExc_ValueError, 0,
     "The message is larger than Bus.max_payload_bytes: it will never fit."},
    {TICKRING_INVALID_ARGUMENT, "InvalidArgument", &PyExc_ValueError, 0,
     "An argument is outside what is allowed; the text names it, its value and the limits."},
    {TICKRING_BAD_STATE, "BadState", &PyExc_RuntimeError, 0,
     "Not now: wrong role, closed, a message is open already, another thread waits."},
    {TICKRING_ADDRESS_IN_USE, "AddressInUse", &PyExc_OSError, EADDRINUSE,
     "A live listener has this path."},
    {TICKRING_NOT_FOUND, "NotFound", &PyExc_FileNotFoundError, ENOENT,
     "Nobody listens on this path."},
    {TICKRING_PERMISSION, "Permission", &PyExc_PermissionError, EACCES,
     "Refused by the system, or the peer is another user."},
    {TICKRING_PROTOCOL, "Protocol", &PyExc_ConnectionError, EPROTO,
     "The handshake of the peer is not ours: another version, layout or role."},
    {TICKRING_NO_RESOURCES, "NoResources", &PyExc_OSError, ENOMEM,
     "Descriptors, memory or a file size limit are exhausted."},
    {TICKRING_FORKED, "Forked", &PyExc_RuntimeError, 0,
     "This bus belongs to the parent process; a forked child may not use it."},
    {TICKRING_UNSUPPORTED, "Unsupported", &PyExc_OSError, ENOSYS,
     "The kernel lacks what is needed."},
};

PyObject *g_base = nullptr;
PyObject *g_classes[std::size(kClasses)] = {};

PyObject *make_class(const ErrorClass &row) {
    PyObject *bases = row.builtin ? PyTuple_Pack(2, g_base, *row.builtin) : PyTuple_Pack(1, g_base);
    PyObject *members = row.system_errno
                            ? Py_BuildValue("{sisi}", "code", row.code, "errno", row.system_errno)
                            : Py_BuildValue("{si}", "code", row.code);
    PyObject *name = PyUnicode_FromFormat("tickring.%s", row.name);
    PyObject *made = nullptr;
    if (bases && members && name) {
        made = PyErr_NewExceptionWithDoc(PyUnicode_AsUTF8(name), row.doc, bases, members);
    }
    Py_XDECREF(name);
    Py_XDECREF(members);
    Py_XDECREF(bases);
    return made;
}

} // namespace

bool add_errors(PyObject *module) {
    g_base = PyErr_NewExceptionWithDoc(
        "tickring.Error",
        "What every call of tickring raises when the ring refuses. `code` is the number of\n"
        "enum tickring_code; the text names the field, its value and what is allowed.",
        nullptr, nullptr);
    if (!g_base || PyModule_AddObjectRef(module, "Error", g_base) < 0 ||
        PyObject_SetAttrString(g_base, "code", Py_None) < 0) {
        return false;
    }
    for (std::size_t i = 0; i < std::size(kClasses); ++i) {
        g_classes[i] = make_class(kClasses[i]);
        if (!g_classes[i] || PyModule_AddObjectRef(module, kClasses[i].name, g_classes[i]) < 0) {
            return false;
        }
    }
    return true;
}

PyObject *error_class(int code) {
    for (std::size_t i = 0; i < std::size(kClasses); ++i) {
        if (kClasses[i].code == code) {
            return g_classes[i];
        }
    }
    return g_base;
}

PyObject *raise_last_error() {
    PyErr_SetString(error_class(tickring_last_error()), tickring_last_error_text());
    return nullptr;
}

PyObject *raise_error(int code, const char *format, ...) {
    va_list values;
    va_start(values, format);
    PyErr_FormatV(error_class(code), format, values);
    va_end(values);
    return nullptr;
}

} // namespace tickring::python
