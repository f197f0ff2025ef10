//! The command line. Starts things and prints; decides nothing.
