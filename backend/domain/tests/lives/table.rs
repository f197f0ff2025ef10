//! Reads a life written as a table and holds the rules to every cell of it.

use domain::refusal::{Code, Refusal};
use std::fmt::Display;

/// Short words for the codes that would make a table too wide.
const SHORT: &[(&str, Code)] = &[
    ("not_open", Code::WishNotOpen),
    ("exceeds", Code::QuantityExceedsRemaining),
    ("not_yet", Code::NotFulfilled),
    ("pending!", Code::EscalationPending),
];

/// What a cell says of an act: the state it led to, or the code that refused it. `.` is `usual`.
pub fn cell(outcome: Result<String, Refusal>, usual: Code) -> String {
    let refusal = match outcome {
        Ok(state) => return state,
        Err(refusal) => refusal,
    };
    if refusal.code == usual {
        return ".".to_owned();
    }
    let short = SHORT.iter().find(|(_, code)| *code == refusal.code);
    short.map_or(refusal.code.as_str(), |(word, _)| word).to_owned()
}

/// Every act in every state does what `table` says; the table has a column for every state and a row
/// for every act, and no other.
pub fn holds<S: Copy + Display, A>(
    table: &str,
    states: &[S],
    acts: &[(&str, A)],
    run: impl Fn(&A, S) -> String,
) {
    let mut rows = table.lines().filter(|line| !line.trim().is_empty()).map(cells);
    let header = rows.next().unwrap_or_default();
    let columns: Vec<String> = states.iter().map(ToString::to_string).collect();
    assert_eq!(header.get(1..).unwrap_or_default(), columns, "the columns are the states");

    let rows: Vec<Vec<String>> = rows.collect();
    let named: Vec<&str> = rows.iter().filter_map(|row| row.first().map(String::as_str)).collect();
    let expected: Vec<&str> = acts.iter().map(|(name, _)| *name).collect();
    assert_eq!(named, expected, "the rows are the acts");

    let mut wrong = Vec::new();
    for (row, (name, act)) in rows.iter().zip(acts) {
        assert_eq!(row.len(), header.len(), "cells of the row `{name}`");
        for (said, state) in row.iter().skip(1).zip(states) {
            let done = run(act, *state);
            if *said != done {
                wrong.push(format!("{name} when {state}: the table says `{said}`, the rules `{done}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn cells(line: &str) -> Vec<String> {
    line.split('|').map(|cell| cell.trim().to_owned()).collect()
}
