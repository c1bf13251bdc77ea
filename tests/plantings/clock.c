/* SPDX-License-Identifier: Apache-2.0
 * To be preloaded: a CLOCK_REALTIME that is set while programs run, for all of them at once. */
#include "plant.h"

#include <dlfcn.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    }
    const int code = real(clock, now);
    if (clock == CLOCK_REALTIME && code == 0) {
        const int64_t time_ns =
            (int64_t)now->tv_sec * 1000000000 + now->tv_nsec + plant_control()->realtime_step_ns;
        now->tv_sec = time_ns / 1000000000;
        now->tv_nsec = time_ns % 1000000000;
    }
    return code;
}
