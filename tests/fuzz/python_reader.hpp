// SPDX-License-Identifier: Apache-2.0
// python_reader.hpp: a reader in Python (file_readers.py) under libFuzzer. The lines of the
// project that it runs, each after the one before, count as edges.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t *data, std::size_t bytes, std::size_t most);

namespace tickring::fuzz {

// libFuzzer looks at every byte of this section after each input, and clears it.
__attribute__((section("__libfuzzer_extra_counters"))) inline std::uint8_t line_counters[1 << 16];

// Packages that the project only uses would fill the counters, and take most of the time.
inline bool is_of_the_project(PyCodeObject *code) {
    return std::strstr(PyUnicode_AsUTF8(code->co_filename), "/tickring_") != nullptr;
}

inline int count_line(PyObject *, PyFrameObject *frame, int what, PyObject *) {
    static std::uint64_t line_before = 0;
    PyCodeObject *const code = PyFrame_GetCode(frame);
    const auto file = static_cast<std::uint64_t>(PyObject_Hash(code->co_filename));
    const bool is_to_be_left_out = what == PyTrace_CALL && !is_of_the_project(code);
    Py_DECREF(code);
    if (is_to_be_left_out) {
        return PyObject_SetAttrString(reinterpret_cast<PyObject *>(frame), "f_trace_lines",
                                      Py_False);
    }
    if (what == PyTrace_LINE) {
        const std::uint64_t line = file + static_cast<std::uint64_t>(PyFrame_GetLineNumber(frame));
        const std::uint64_t edge = (line ^ (line_before << 1)) * 0x9E3779B97F4A7C15;
        std::uint8_t &counter = line_counters[edge >> 48];
        counter += counter < UINT8_MAX ? 1 : 0;
        line_before = line;
    }
    return 0;
}

class PythonReader {
  public:
    // A function of file_readers.py.
    explicit PythonReader(const std::string &name) {
        Py_InitializeEx(0); // the signals are libFuzzer's
        PyObject *const module = PyImport_ImportModule("file_readers");
        function_ = module == nullptr ? nullptr : PyObject_GetAttrString(module, name.c_str());
        if (function_ == nullptr) {
            PyErr_Print();
        }
        require(function_ != nullptr, "the reader cannot be imported");
    }

    // Ends the target when the function says that something broke.
    void read(const std::uint8_t *data, std::size_t bytes) {
        PyEval_SetTrace(count_line, nullptr);
        PyObject *const broken = call("y#", data, bytes, 0U);
        PyEval_SetTrace(nullptr, nullptr);
        if (broken != Py_None) {
            require(false, PyUnicode_AsUTF8(broken));
        }
        Py_DECREF(broken);
    }

    // Most inputs are made by the function, from the one that is there and a number; the others,
    // and those for which it has nothing, by libFuzzer.
    std::size_t mutate(std::uint8_t *data, std::size_t bytes, std::size_t most, unsigned seed) {
        PyObject *const made = call("y#I", data, seed % 4 == 0 ? 0 : bytes, seed);
        const auto length = static_cast<std::size_t>(PyBytes_Size(made));
        const bool is_taken = length > 0 && length <= most;
        if (is_taken) {
            std::memcpy(data, PyBytes_AsString(made), length);
        }
        Py_DECREF(made);
        return is_taken ? length : LLVMFuzzerMutate(data, bytes, most);
    }

  private:
    PyObject *call(const char *format, const std::uint8_t *data, std::size_t bytes, unsigned seed) {
        PyObject *const answer =
            PyObject_CallFunction(function_, format, reinterpret_cast<const char *>(data),
                                  static_cast<Py_ssize_t>(bytes), seed);
        if (answer == nullptr) {
            PyErr_Print();
        }
        require(answer != nullptr, "the reader's frame has failed");
        return answer;
    }

    PyObject *function_ = nullptr;
};

} // namespace tickring::fuzz
