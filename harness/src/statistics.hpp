// SPDX-License-Identifier: Apache-2.0
// The few statistics that the harness makes itself; histograms come from the recorder. Pure.
#pragma once

#include <span>
#include <vector>

namespace tickring {

// The median; the mean of the two middle values when there are two. values may not be empty.
double median(std::vector<double> values);

// The mean without a share of the values, 0 to below 1/2, at either end. values may not be empty.
double trimmed_mean(std::vector<double> values, double share);

struct Line {
    double slope = 0;
    double intercept = 0;
};

// The least squares line through (0, values[0]), (1, values[1]), ... of two values or more.
Line least_squares(std::span<const double> values);

// The largest distance of a value from the line at its place.
double largest_residual(std::span<const double> values, const Line &line);

} // namespace tickring
