/* SPDX-License-Identifier: Apache-2.0
 * The C headers compile as C11 and say the same as the library. */
#include <tickring/layout.h>
#include <tickring/tickring.h>

#include <string.h>

int main(void) {
    tickring_options_t options;
    tickring_options_init(&options);
    return options.struct_bytes == sizeof options && options.publish_every == 1 &&
                   strcmp(tickring_version(), "0.1.0") == 0
               ? 0
               : 1;
}
