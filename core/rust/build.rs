// SPDX-License-Identifier: Apache-2.0
//! Finds the library: libtickring.a in `TICKRING_LIB_DIR`, else what pkg-config knows.

use std::env;
use std::path::Path;

fn main() {
    println!("cargo::rerun-if-env-changed=TICKRING_LIB_DIR");
    if let Some(directory) = env::var_os("TICKRING_LIB_DIR") {
        let archive = Path::new(&directory).join("libtickring.a");
        assert!(archive.is_file(), "TICKRING_LIB_DIR: there is no {}", archive.display());
        println!("cargo::rerun-if-changed={}", archive.display());
        println!("cargo::rustc-link-search=native={}", archive.parent().unwrap().display());
        println!("cargo::rustc-link-lib=static=tickring");
    } else if let Err(error) = pkg_config::Config::new().atleast_version("0.1.0").probe("tickring")
    {
        // Checking and documenting need no library; linking then names the missing symbols.
        println!("cargo::warning=set TICKRING_LIB_DIR, or install tickring: {error}");
    }
}
