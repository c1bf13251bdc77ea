// SPDX-License-Identifier: Apache-2.0
#include "statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tickring {

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) {
        return *middle;
    }
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double trimmed_mean(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    const auto out = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
    return std::accumulate(values.begin() + out, values.end() - out, 0.0) /
           static_cast<double>(values.end() - values.begin() - 2 * out);
}

Line least_squares(std::span<const double> values) {
    const auto count = static_cast<double>(values.size());
    const double mean_x = (count - 1) / 2;
    const double mean_y = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double covariance = 0;
    double variance = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double distance = static_cast<double>(i) - mean_x;
        covariance += distance * (values[i] - mean_y);
        variance += distance * distance;
    }
    const double slope = covariance / variance;
    return {slope, mean_y - slope * mean_x};
}

double largest_residual(std::span<const double> values, const Line &line) {
    double largest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = line.intercept + line.slope * static_cast<double>(i);
        largest = std::max(largest, std::abs(values[i] - expected));
    }
    return largest;
}

} // namespace tickring
