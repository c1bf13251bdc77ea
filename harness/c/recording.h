/* SPDX-License-Identifier: Apache-2.0
 * recording.h: what consumers in C share beside participant.h. */
#ifndef TICKRING_RECORDING_H
#define TICKRING_RECORDING_H

#include "participant.h"

#include <tickring/recorder.h>

/* Opens the recorder that the arguments ask for; ends the program with status 4 when it cannot. */
tickring_recorder_t *recording_open(const participant_t *me);

/* Writes the recorder's files and the report; frees the recorder. */
void recording_finish(const participant_t *me, tickring_recorder_t *recorder,
                      participant_totals_t *totals);

#endif /* TICKRING_RECORDING_H */
