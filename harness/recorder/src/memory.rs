// SPDX-License-Identifier: Apache-2.0
/// An empty vector with room for `capacity` elements, whose memory has been touched: fresh memory is
/// not there until it is written to.
pub(crate) fn touched<T: Clone>(capacity: usize, filler: T) -> Vec<T> {
    let mut vector = filled(capacity, filler);
    vector.clear();
    vector
}

/// A vector of `len` elements, whose memory has been touched.
pub(crate) fn filled<T: Clone>(len: usize, filler: T) -> Vec<T> {
    // The compiler must not see that zeros are written over zeros.
    let mut vector = std::hint::black_box(vec![filler.clone(); len]);
    vector.fill(std::hint::black_box(filler));
    vector
}
