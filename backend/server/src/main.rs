//! The program `wishlight`.

use std::process::ExitCode;

/// Faster and steadier in memory than the system's under many small allocations.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::cli::main()
}
