//! Builds anew when a migration is added; `embed_migrations!` alone does not see that.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
