// SPDX-License-Identifier: Apache-2.0
#include "error.hpp"

#include <system_error>

namespace tickring {

std::string errno_text(int error) { return std::generic_category().message(error); }

} // namespace tickring
