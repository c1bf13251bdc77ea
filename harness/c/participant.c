/* SPDX-License-Identifier: Apache-2.0 */
#include "participant.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tickring/recorder.h>
#include <time.h>

static volatile sig_atomic_t is_stopping;

static void request_stop(int signal_number) {
    (void)signal_number;
    is_stopping = 1;
}

void participant_give_up(int status, const char *what, const char *why) {
    fprintf(stderr, "%s: %s\n", what, why);
    exit(status);
}

/* The value behind a key, NULL without; keys that nobody asks for are left alone. */
static const char *find_text(int argc, char **argv, const char *key) {
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], key) == 0) {
            return argv[i + 1];
        }
    }
    return NULL;
}

static const char *text_of(int argc, char **argv, const char *key) {
    const char *text = find_text(argc, argv, key);
    if (text == NULL) {
        participant_give_up(2, key, "is missing; it is always needed");
    }
    return text;
}

static uint64_t number_of(int argc, char **argv, const char *key, uint64_t least) {
    const char *text = text_of(argc, argv, key);
    char *end = NULL;
    errno = 0;
    const uint64_t number = strtoull(text, &end, 10);
    if (errno != 0 || text[0] == '-' || end == text || *end != '\0' || number < least) {
        char why[160];
        snprintf(why, sizeof why, "is \"%.60s\"; a whole number from %" PRIu64 " is needed", text,
                 least);
        participant_give_up(2, key, why);
    }
    return number;
}

static uint64_t number_or_0(int argc, char **argv, const char *key) {
    return find_text(argc, argv, key) == NULL ? 0 : number_of(argc, argv, key, 0);
}

/* The place of the value behind a key among those allowed, which a NULL ends. */
static size_t choice_of(int argc, char **argv, const char *key, const char *const *allowed) {
    const char *text = text_of(argc, argv, key);
    char why[160];
    size_t length = (size_t)snprintf(why, sizeof why, "is \"%.60s\"; allowed are", text);
    for (size_t i = 0; allowed[i] != NULL; ++i) {
        if (strcmp(text, allowed[i]) == 0) {
            return i;
        }
        length += (size_t)snprintf(why + length, sizeof why - length, " %s", allowed[i]);
    }
    participant_give_up(2, key, why);
}

static const char *const kRoles[] = {"producer", "consumer", NULL};
static const char *const kWaits[] = {"spin", "hybrid", "park", NULL};
static const char *const kClocks[] = {"realtime", "monotonic", NULL};
static const char *const kStamps[] = {"none", "time_ns", "native", NULL};
static const char *const kOwnStamps[] = {"none", "time_ns", NULL}; /* of a program in C */
static const char *const kPatterns[] = {"one-way", "round-trip", NULL};
static const char *const kContents[] = {"tick", "mixed", "replay", NULL};

participant_t participant_begin(int argc, char **argv) {
    struct sigaction action = {.sa_handler = request_stop};
    sigaction(SIGTERM, &action, NULL);
    const bool consumes = choice_of(argc, argv, "--role", kRoles) == 1;
    const uint64_t instrument = number_or_0(argc, argv, "--instrument");
    const size_t contents = choice_of(argc, argv, "--contents", kContents);
    return (participant_t){
        .endpoint = text_of(argc, argv, "--endpoint"),
        .record = consumes || instrument != 0 ? text_of(argc, argv, "--record") : NULL,
        .api = text_of(argc, argv, "--api"),
        .wait = kWaits[choice_of(argc, argv, "--wait", kWaits)],
        .messages = number_of(argc, argv, "--messages", 0),
        .duration_ns = number_of(argc, argv, "--duration-ns", 0),
        .payload_bytes = number_of(argc, argv, "--payload-bytes", TICK_BYTES),
        .capacity_bytes = number_of(argc, argv, "--capacity-bytes", 1),
        .publish_every = number_of(argc, argv, "--publish-every", 1),
        .flush_every = number_of(argc, argv, "--flush-every", 0),
        .rate_per_s = number_of(argc, argv, "--rate-per-s", 0),
        .sample_capacity = number_or_0(argc, argv, "--sample-capacity"),
        .timeout_ns = number_of(argc, argv, "--timeout-ns", 1),
        .is_monotonic = choice_of(argc, argv, "--clock", kClocks) == 1,
        .is_stamped = choice_of(argc, argv, "--stamp", consumes ? kStamps : kOwnStamps) != 0,
        .is_round_trip = choice_of(argc, argv, "--pattern", kPatterns) == 1,
        .instrument = instrument,
        .is_mixed = contents == 1,
        .ticks = contents == 2 ? text_of(argc, argv, "--ticks") : NULL,
    };
}

void participant_require_api(const participant_t *participant, const char *const *apis) {
    char why[160];
    size_t length =
        (size_t)snprintf(why, sizeof why, "is \"%.60s\"; this program has", participant->api);
    for (; *apis != NULL; ++apis) {
        if (strcmp(participant->api, *apis) == 0) {
            return;
        }
        length += (size_t)snprintf(why + length, sizeof why - length, " %s", *apis);
    }
    participant_give_up(2, "--api", why);
}

void participant_refuse_instruments(const participant_t *participant) {
    if (participant->instrument != 0) {
        char why[80];
        snprintf(why, sizeof why, "is %llu; this program has no instruments",
                 (unsigned long long)participant->instrument);
        participant_give_up(2, "--instrument", why);
    }
}

void participant_open_trades(participant_t *participant) {
    if (participant->ticks != NULL &&
        tickring_trades_open(participant->ticks, &participant->trades) != 0) {
        participant_give_up(4, "--ticks", tickring_recorder_error_text());
    }
}

void participant_refuse_trades(const participant_t *participant) {
    if (participant->ticks != NULL) {
        participant_give_up(2, "--contents", "is \"replay\"; this program has tick mixed");
    }
}

static void say(const char *line) {
    if (puts(line) < 0 || fflush(stdout) != 0) {
        participant_give_up(4, "standard output", strerror(errno));
    }
}

void participant_say_listening(void) { say("listening"); }

uint64_t participant_say_ready(participant_t *participant) {
    say("ready");
    char line[64] = "";
    uint64_t start_ns = 0;
    if (fgets(line, sizeof line, stdin) == NULL || sscanf(line, "go %" SCNu64, &start_ns) != 1) {
        participant_give_up(4, "standard input", "go START_NS is needed");
    }
    getrusage(RUSAGE_SELF, &participant->usage_at_go);
    return start_ns;
}

uint64_t participant_now_ns(const participant_t *participant) {
    struct timespec now;
    clock_gettime(participant->is_monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

uint64_t participant_intended_ns(const participant_t *participant, uint64_t start_ns,
                                 uint64_t sequence) {
    if (participant->trades != NULL) {
        return start_ns + tickring_trades_offset_ns(participant->trades, sequence);
    }
    if (participant->rate_per_s == 0) {
        return 0;
    }
    const uint64_t rate = participant->rate_per_s;
    /* Whole seconds apart, so that nothing overflows. */
    return start_ns + sequence / rate * 1000000000U + sequence % rate * 1000000000U / rate;
}

bool participant_is_stopping(void) { return is_stopping != 0; }

void participant_name_stop(participant_totals_t *totals) {
    totals->end = "stopped";
    totals->error = "stopped by SIGTERM";
}

/* Whether the time of a run that is limited in time is over; the clock is looked at now and then.
 */
static bool is_time_over(const participant_t *participant, uint64_t start_ns, uint64_t sequence) {
    const uint64_t rate = participant->rate_per_s;
    const uint64_t duration_ns = participant->duration_ns;
    if (rate != 0) { /* whole seconds apart, so that nothing overflows */
        return sequence >=
               duration_ns / 1000000000U * rate + duration_ns % 1000000000U * rate / 1000000000U;
    }
    return sequence % 1024 == 0 && participant_now_ns(participant) >= start_ns + duration_ns;
}

bool participant_is_due(const participant_t *participant, uint64_t start_ns, uint64_t sequence) {
    if (is_stopping != 0 || (participant->messages != 0 && sequence == participant->messages) ||
        (participant->duration_ns != 0 && is_time_over(participant, start_ns, sequence))) {
        return false;
    }
    const uint64_t intended_ns = participant_intended_ns(participant, start_ns, sequence);
    while (intended_ns != 0 && participant_now_ns(participant) < intended_ns) {
    }
    return true;
}

void participant_report(const participant_t *participant, const participant_totals_t *totals) {
    struct rusage now;
    getrusage(RUSAGE_SELF, &now);
    const struct rusage *before = &participant->usage_at_go;
    printf("report {\"messages\": %" PRIu64 ", \"elapsed_ns\": %" PRIu64
           ", \"backpressure_count\": %" PRIu64 ", \"voluntary_switches\": %ld"
           ", \"involuntary_switches\": %ld, \"minor_faults\": %ld, \"major_faults\": %ld"
           ", \"end\": \"%s\"",
           totals->messages, totals->elapsed_ns, totals->backpressure_count,
           now.ru_nvcsw - before->ru_nvcsw, now.ru_nivcsw - before->ru_nivcsw,
           now.ru_minflt - before->ru_minflt, now.ru_majflt - before->ru_majflt, totals->end);
    if (totals->error != NULL) {
        printf(", \"error\": \"");
        for (const char *c = totals->error; *c != '\0'; ++c) {
            printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
        }
        printf("\"");
    }
    say("}");
}

size_t participant_bytes_of(const participant_t *participant, uint64_t sequence) {
    return participant->is_mixed
               ? tickring_recorder_mixed_bytes(sequence, participant->payload_bytes)
               : participant->payload_bytes;
}

void participant_write_tick(const participant_t *participant, void *payload, uint64_t sequence,
                            uint64_t stamp_ns) {
    if (participant->is_mixed) {
        tickring_recorder_write_mixed(payload, participant_bytes_of(participant, sequence),
                                      sequence, stamp_ns);
        return;
    }
    char *bytes = payload;
    memset(bytes + TICK_BYTES, 0, participant->payload_bytes - TICK_BYTES);
    if (participant->trades != NULL) {
        tickring_trades_write(participant->trades, bytes, sequence, stamp_ns);
        return;
    }
    const double price = 60000.0 + (double)(sequence % 1024U) / 4.0;
    const uint32_t quantity = (uint32_t)sequence;
    memcpy(bytes, "BTCUSDT", 8);
    memcpy(bytes + 8, &price, sizeof price);
    memcpy(bytes + 16, &quantity, sizeof quantity);
    memcpy(bytes + 20, &stamp_ns, sizeof stamp_ns);
    memset(bytes + 28, 0, TICK_BYTES - 28);
}

uint32_t participant_type_of(const void *payload) {
    const unsigned char *bytes = payload;
    if (bytes[0] == 0) {
        return END_OF_STREAM;
    }
    return bytes[16] % 2 == 0 ? BID : ASK; /* the lowest byte of the quantity */
}
