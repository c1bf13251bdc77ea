/* SPDX-License-Identifier: Apache-2.0
 * tickring_harness._recorder: the recorder library for consumers in Python. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <tickring/recorder.h>

typedef struct recorder_object {
    PyObject_HEAD tickring_recorder_t *recorder;
} recorder_object_t;

static tickring_recorder_t *recorder_of(PyObject *self) {
    return ((recorder_object_t *)self)->recorder;
}

static PyObject *raise_os_error(int error_number) {
    PyObject *value = Py_BuildValue("(is)", error_number, tickring_recorder_error_text());
    if (value != NULL) {
        PyErr_SetObject(PyExc_OSError, value);
        Py_DECREF(value);
    }
    return NULL;
}

static PyObject *recorder_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
    static char *names[] = {"directory",
                            "monotonic",
                            "stamped",
                            "publish_every",
                            "mixed_payload_bytes",
                            "expected_messages",
                            "sample_capacity",
                            "rate_per_s",
                            "ticks",
                            NULL};
    const char *directory = NULL;
    int is_monotonic = 0;
    int is_stamped = 0;
    unsigned int publish_every = 0;
    unsigned int mixed_payload_bytes = 0;
    unsigned long long expected_messages = 0;
    unsigned long long sample_capacity = 0;
    unsigned long long rate_per_s = 0;
    const char *ticks = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "s$ppIIKKKz", names, &directory, &is_monotonic,
                                     &is_stamped, &publish_every, &mixed_payload_bytes,
                                     &expected_messages, &sample_capacity, &rate_per_s, &ticks)) {
        return NULL;
    }
    const tickring_recorder_options_t options = {
        .struct_bytes = sizeof options,
        .clock =
            is_monotonic ? TICKRING_RECORDER_CLOCK_MONOTONIC : TICKRING_RECORDER_CLOCK_REALTIME,
        .stamped = (uint32_t)is_stamped,
        .publish_every = publish_every,
        .messages_per_window = 10000,
        .mixed_payload_bytes = mixed_payload_bytes,
        .expected_messages = expected_messages,
        .sample_capacity = sample_capacity,
        .rate_per_s = rate_per_s,
        .directory = directory,
        .ticks = ticks,
    };
    recorder_object_t *self = (recorder_object_t *)type->tp_alloc(type, 0);
    if (self != NULL) {
        const int error_number = tickring_recorder_open(&options, &self->recorder);
        if (error_number != 0) {
            Py_DECREF(self);
            return raise_os_error(error_number);
        }
    }
    return (PyObject *)self;
}

static void recorder_dealloc(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    tickring_recorder_close(recorder_of(self));
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *recorder_start(PyObject *self, PyObject *start_ns) {
    const unsigned long long value = PyLong_AsUnsignedLongLong(start_ns);
    if (value == (unsigned long long)-1 && PyErr_Occurred()) {
        return NULL;
    }
    tickring_recorder_start(recorder_of(self), value);
    Py_RETURN_NONE;
}

/* tick(payload, type_id, receipt_ns, position) */
static PyObject *recorder_tick(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    if (count != 4) {
        return PyErr_Format(PyExc_TypeError, "tick() takes 4 arguments, got %zd", count);
    }
    const unsigned long type_id = PyLong_AsUnsignedLong(args[1]);
    const unsigned long long receipt_ns = PyLong_AsUnsignedLongLong(args[2]);
    const unsigned long position = PyLong_AsUnsignedLong(args[3]);
    Py_buffer payload;
    if (PyErr_Occurred() || PyObject_GetBuffer(args[0], &payload, PyBUF_SIMPLE) != 0) {
        return NULL;
    }
    tickring_recorder_tick(recorder_of(self), payload.buf, (size_t)payload.len, (uint32_t)type_id,
                           receipt_ns, (uint32_t)position);
    PyBuffer_Release(&payload);
    Py_RETURN_NONE;
}

static PyObject *recorder_finish(PyObject *self, PyObject *complete) {
    const int is_complete = PyObject_IsTrue(complete);
    if (is_complete < 0) {
        return NULL;
    }
    const int error_number = tickring_recorder_finish(recorder_of(self), is_complete);
    if (error_number != 0) {
        return raise_os_error(error_number);
    }
    Py_RETURN_NONE;
}

static PyObject *recorder_received(PyObject *self, void *unused) {
    (void)unused;
    return PyLong_FromUnsignedLongLong(tickring_recorder_received(recorder_of(self)));
}

static PyMethodDef recorder_methods[] = {
    {"start", recorder_start, METH_O,
     "start(start_ns)\n--\n\nThe start of the schedule, ns on the run's clock. Once, before the "
     "first message."},
    {"tick", (PyCFunction)(void (*)(void))recorder_tick, METH_FASTCALL,
     "tick(payload, type_id, receipt_ns, position)\n--\n\nChecks and records one message. "
     "position is how many messages of the same publication came before it, or POSITION_UNKNOWN."},
    {"finish", recorder_finish, METH_O,
     "finish(complete)\n--\n\nWrites the files; once. OSError when that fails."},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef recorder_properties[] = {
    {"received", recorder_received, NULL, "Messages handed over so far.", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot recorder_slots[] = {
    {Py_tp_doc, "Recorder(directory, *, monotonic, stamped, publish_every, mixed_payload_bytes, "
                "expected_messages, sample_capacity, rate_per_s, ticks)\n--\n\nThe files of "
                "docs/participants.md, \"The recorder\". OSError when the directory or a value "
                "is refused."},
    {Py_tp_new, (void *)recorder_new},
    {Py_tp_dealloc, (void *)recorder_dealloc},
    {Py_tp_methods, recorder_methods},
    {Py_tp_getset, recorder_properties},
    {0, NULL},
};

static PyType_Spec recorder_spec = {
    .name = "tickring_harness._recorder.Recorder",
    .basicsize = sizeof(recorder_object_t),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = recorder_slots,
};

static struct PyModuleDef module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "tickring_harness._recorder",
    .m_doc = "The recorder library for consumers in Python.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__recorder(void);

PyMODINIT_FUNC PyInit__recorder(void) {
    PyObject *made = PyModule_Create(&module);
    if (made == NULL) {
        return NULL;
    }
    PyObject *type = PyType_FromSpec(&recorder_spec);
    if (type == NULL || PyModule_AddObject(made, "Recorder", type) < 0) {
        Py_XDECREF(type);
        Py_DECREF(made);
        return NULL;
    }
    if (PyModule_AddIntConstant(made, "POSITION_UNKNOWN",
                                (long)TICKRING_RECORDER_POSITION_UNKNOWN) < 0) {
        Py_DECREF(made);
        return NULL;
    }
    return made;
}
