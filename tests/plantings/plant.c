/* SPDX-License-Identifier: Apache-2.0 */
#include "plant.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

plant_t *plant_control(void) {
    static plant_t nothing;
    static plant_t *control;
    if (control != NULL) {
        return control;
    }
    control = &nothing;
    const char *path = getenv("TICKRING_PLANT");
    const int file = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
    if (file >= 0) {
        void *shared =
            mmap(NULL, sizeof(plant_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
        control = shared == MAP_FAILED ? &nothing : shared;
        close(file);
    }
    return control;
}
