//! Tables for a spreadsheet program: comma separated (RFC 4180), in UTF-8 that Excel knows as such, and with nothing in them
//! that it would run. Must not know what is in a table.

/// By this Excel knows UTF-8.
const MARK: &str = "\u{feff}";

/// A table that grows row by row.
#[derive(Debug)]
pub struct Table(String);

impl Table {
    /// With these heads.
    #[must_use]
    pub fn new(heads: &[&str]) -> Self {
        let mut table = Self(MARK.to_owned());
        table.row(heads);
        table
    }

    /// One more row.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            self.0.push_str(&quoted(cell.as_ref()));
        }
        self.0.push_str("\r\n");
    }

    /// The file.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

/// A cell that begins like a formula is a text that begins with an apostrophe (OWASP, CSV injection).
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let apostrophe = if formula { "'" } else { "" };
    format!("\"{apostrophe}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_table_is_run_and_nothing_breaks_out_of_its_cell() {
        let mut table = Table::new(&["认领方", "件数"]);
        table.row(&["=HYPERLINK(\"http://x\",\"y\")", "3"]);
        table.row(&["甲,乙\n队", "@a"]);
        let text = table.finish();
        assert!(text.starts_with("\u{feff}\"认领方\",\"件数\"\r\n"));
        assert!(text.contains("\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",\"3\"\r\n"), "{text}");
        assert!(text.ends_with("\"甲,乙\n队\",\"'@a\"\r\n"), "{text}");
        for begin in ["+1", "-1", "\t=1", "＝1"] {
            assert_eq!(quoted(begin), format!("\"'{begin}\""));
        }
        assert_eq!(quoted("县中学-一班"), "\"县中学-一班\"");
    }
}
