//! The code on a certificate: what nobody guesses, what can be read aloud and typed, and what tells when it was mistyped.

use std::{fmt, str::FromStr};

/// Crockford's signs: without I, L, O and U, which are read as others.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// So many are drawn: 75 bits.
pub const DRAWN: usize = 15;

/// Fifteen signs that were drawn and one that checks them, in groups of four: `7K3V-QWZD-P2XM-9NTA`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CertificateCode([u8; DRAWN + 1]);

/// It is no code, or its last sign does not fit the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate's code")]
pub struct Mistyped;

/// Twice a value of the field with 32 elements, by x⁵ + x² + 1.
const fn twice(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

/// The signs as a polynomial at a generator of the field. It is 0 for a code: one sign that is wrong changes it, and so do
/// two that changed places, since each place has another weight.
fn sum(signs: &[u8]) -> u8 {
    signs.iter().fold(0, |sum, sign| twice(sum) ^ sign)
}

impl CertificateCode {
    /// Of bytes that nobody can guess.
    #[must_use]
    pub fn drawn(random: [u8; DRAWN]) -> Self {
        let mut signs = [0; DRAWN + 1];
        for (sign, byte) in signs.iter_mut().zip(random) {
            *sign = byte % 32;
        }
        let [drawn @ .., check] = &mut signs;
        *check = twice(sum(drawn));
        Self(signs)
    }
}

impl fmt::Display for CertificateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, sign) in self.0.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_str("-")?;
            }
            let sign = SIGNS.get(usize::from(*sign)).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(sign))?;
        }
        Ok(())
    }
}

impl FromStr for CertificateCode {
    type Err = Mistyped;

    /// However it was typed: small or large, with or without dashes and spaces, O for 0, I and L for 1.
    fn from_str(text: &str) -> Result<Self, Mistyped> {
        let mut typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let mut signs = [0; DRAWN + 1];
        for sign in &mut signs {
            let read = match typed.next().ok_or(Mistyped)?.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let at = SIGNS.iter().position(|known| char::from(*known) == read).ok_or(Mistyped)?;
            *sign = u8::try_from(at).map_err(|_| Mistyped)?;
        }
        match typed.next().is_none() && sum(&signs) == 0 {
            true => Ok(Self(signs)),
            false => Err(Mistyped),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_was_mistyped_is_known(random in proptest::array::uniform15(0_u8..), at in 0_usize..16, other in 1_usize..32) {
            let code = CertificateCode::drawn(random);
            let text = code.to_string();
            proptest::prop_assert_eq!(text.len(), 19);
            proptest::prop_assert_eq!(text.parse(), Ok(code));
            let mut signs: Vec<char> = text.chars().filter(|c| *c != '-').collect();
            let right = SIGNS.iter().position(|known| char::from(*known) == signs[at]).unwrap();
            signs[at] = char::from(SIGNS[(right + other) % 32]);
            proptest::prop_assert_eq!(signs.iter().collect::<String>().parse::<CertificateCode>(), Err(Mistyped));
            signs[at] = char::from(SIGNS[right]);
            if at > 0 && signs[at] != signs[at - 1] {
                signs.swap(at, at - 1);
                proptest::prop_assert_eq!(signs.iter().collect::<String>().parse::<CertificateCode>(), Err(Mistyped));
            }
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = CertificateCode::drawn([0, 1, 2, 3, 0, 1, 10, 31, 5, 6, 7, 8, 9, 10, 11]);
        let text = code.to_string();
        let typed =
            text.to_lowercase().replace('-', " ").replace('0', "o").replacen('1', "l", 1).replace('1', "i");
        assert_eq!(typed.parse(), Ok(code), "{typed}");
        for wrong in ["", "7K3V", &text[1..], &format!("{text}0"), "证书编号证书编号证书编号证书编号"]
        {
            assert_eq!(wrong.parse::<CertificateCode>(), Err(Mistyped), "{wrong}");
        }
    }
}
