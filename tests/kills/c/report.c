/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

/* How long this process could have run and was kept waiting; 0 where nobody counts it. */
static int64_t run_delay_ns(void) {
    int64_t ran = 0;
    int64_t waited = 0;
    FILE *counts = fopen("/proc/self/schedstat", "re");
    if (counts != NULL) {
        if (fscanf(counts, "%" SCNd64 " %" SCNd64, &ran, &waited) != 2) {
            waited = 0;
        }
        fclose(counts);
    }
    return waited;
}

/* Open descriptors, without the one that looks. */
static int count_descriptors(void) {
    int count = -1;
    DIR *folder = opendir("/proc/self/fd");
    if (folder == NULL) {
        return -1;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        count += entry->d_name[0] != '.' ? 1 : 0;
    }
    closedir(folder);
    return count;
}

static void count_mappings(int *all, int *of_rings) {
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "re");
    *all = *of_rings = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        *all += 1;
        *of_rings += strstr(line, "/memfd:tickring") != NULL ? 1 : 0;
    }
    if (maps != NULL) {
        fclose(maps);
    }
}

void session_violated(session_t *session, const char *what, uint64_t value, uint64_t expected) {
    if (session->violations_count++ == 0) {
        snprintf(session->first_violation, sizeof session->first_violation,
                 "%s is %" PRIu64 ", expected %" PRIu64, what, value, expected);
    }
}

void report_event(const char *event) {
    printf("{\"event\": \"%s\", \"ns\": %" PRIu64 "}\n", event, now_ns());
}

void report_end(const session_t *session) {
    const uint64_t ended_ns = now_ns();
    const int64_t delay_ns = run_delay_ns();
    int mappings = 0;
    int ring_mappings = 0;
    count_mappings(&mappings, &ring_mappings);
    printf("{\"event\": \"ended\", \"ns\": %" PRIu64 ", \"code\": %d, \"messages\": %" PRIu64
           ", \"violations\": %" PRIu64 ", \"first_violation\": \"%s\", \"descriptors\": %d"
           ", \"mappings\": %d, \"ring_mappings\": %d, \"run_delay_ns\": %" PRId64 "}\n",
           ended_ns, session->code, session->messages_count, session->violations_count,
           session->first_violation, count_descriptors(), mappings, ring_mappings, delay_ns);
}
