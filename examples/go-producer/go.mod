// SPDX-License-Identifier: Apache-2.0
module tickring.invalid/go-producer

go 1.19
