//! Makes a picture harmless: reads its header, refuses what is too large or not what it says, decodes
//! it, turns it upright, makes it smaller and writes it anew. What comes out holds pixels and nothing
//! else: no EXIF, no place, no profile, no comment, no second file behind the first.
//!
//! Decoding takes memory and time, so it is done off the async threads, one picture at a time, and each
//! within a budget that is known from its header before anything is decoded. Must not know any noun.

use std::{io::Cursor, sync::Arc, time::Duration};

use actix_web::web::Bytes;
use domain::refusal::Code;
use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType, metadata::Orientation,
};
use sha2::{Digest, Sha256};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::problem::{Failure, Internal};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// The most pixels a picture may have.
pub const MAX_PIXELS: u64 = 40_000_000;

/// What decoding one picture may take, in bytes.
const MAX_MEMORY: u64 = 128 * 1024 * 1024;

/// What files may take together that wait or are worked on.
const ROOM_KIB: usize = 40 * 1024;

const FULL_SIDE: u32 = 1600;
const FULL_QUALITY: u8 = 82;
const THUMBNAIL_SIDE: u32 = 320;
const THUMBNAIL_QUALITY: u8 = 75;

/// How long a picture waits for room, and then for its turn.
const WAIT: Duration = Duration::from_secs(20);

/// A picture that holds pixels and nothing else.
#[derive(Debug)]
pub struct Picture {
    /// As large as it is kept: at most 1600 pixels a side.
    pub full: Vec<u8>,
    /// For lists: at most 320 pixels a side.
    pub thumbnail: Vec<u8>,
    /// Pixels of the full size.
    pub width: i32,
    /// Pixels of the full size.
    pub height: i32,
    /// SHA-256 of the full size, in hex.
    pub sha256: String,
    /// Its difference hash.
    pub dhash: u64,
}

impl Picture {
    /// What every picture is written as. One format out means one encoder that must be right.
    pub const MEDIA_TYPE: &str = "image/jpeg";
}

/// What a picture may come as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `image/jpeg`
    Jpeg,
    /// `image/png`
    Png,
    /// `image/webp`
    Webp,
}

impl Format {
    /// Of a media type, without its parameters.
    #[must_use]
    pub fn of_media_type(essence: &str) -> Option<Self> {
        match essence.to_ascii_lowercase().as_str() {
            "image/jpeg" => Some(Self::Jpeg),
            "image/png" => Some(Self::Png),
            "image/webp" => Some(Self::Webp),
            _ => None,
        }
    }

    /// Of the first bytes of a file.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    const fn known(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Webp => ImageFormat::WebP,
        }
    }
}

/// Where pictures wait and are made harmless, one at a time.
#[derive(Debug, Clone)]
pub struct Darkroom {
    turn: Arc<Semaphore>,
    /// In KiB.
    room: Arc<Semaphore>,
}

impl Default for Darkroom {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), room: Arc::new(Semaphore::new(ROOM_KIB)) }
    }
}

impl Darkroom {
    /// Room for a file of so many bytes, before it is read: a hundred photos made small by a browser, or
    /// four of the largest, are held in memory at once. Held until it is done with.
    ///
    /// # Errors
    /// `unavailable` where too many wait.
    pub async fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Failure> {
        let kib = u32::try_from(bytes.min(MAX_BYTES).div_ceil(1024)).unwrap_or(u32::MAX);
        wait(Arc::clone(&self.room).acquire_many_owned(kib)).await
    }

    /// Makes a picture harmless.
    ///
    /// # Errors
    /// As [`clean`]; `unavailable` where too many wait.
    pub async fn develop(&self, bytes: Bytes, format: Format) -> Result<Picture, Failure> {
        let turn = wait(Arc::clone(&self.turn).acquire_owned()).await?;
        let work = tokio::task::spawn_blocking(move || {
            // Held until the work ends, also where nobody waits for it any more.
            let _turn = turn;
            clean(&bytes, format)
        });
        match work.await {
            Ok(done) => Ok(done?),
            // A decoder that panics met something that is no picture.
            Err(_) => Err(Code::PictureUnreadable.into()),
        }
    }
}

async fn wait(
    turn: impl Future<Output = Result<OwnedSemaphorePermit, AcquireError>>,
) -> Result<OwnedSemaphorePermit, Failure> {
    match tokio::time::timeout(WAIT, turn).await {
        Ok(Ok(turn)) => Ok(turn),
        Ok(Err(error)) => Err(Internal::caused("waiting for a turn", &error).into()),
        Err(_) => Err(Code::Unavailable.into()),
    }
}

/// Reads a picture of this format and writes it anew.
///
/// # Errors
/// `picture_mismatch` where it is of another format, `picture_too_large`, `picture_unreadable`.
pub fn clean(bytes: &[u8], format: Format) -> Result<Picture, Code> {
    if Format::of_bytes(bytes) != Some(format) {
        return Err(Code::PictureMismatch);
    }
    let picture = decode(bytes, format)?;
    let full = flat(fit(picture, FULL_SIDE));
    let thumbnail = flat(fit(DynamicImage::ImageRgb8(full.clone()), THUMBNAIL_SIDE));
    let written = write(&full, FULL_QUALITY)?;
    Ok(Picture {
        sha256: Sha256::digest(&written).iter().map(|byte| format!("{byte:02x}")).collect(),
        thumbnail: write(&thumbnail, THUMBNAIL_QUALITY)?,
        dhash: difference_hash(&thumbnail),
        // At most 1600.
        width: i32::try_from(full.width()).unwrap_or(i32::MAX),
        height: i32::try_from(full.height()).unwrap_or(i32::MAX),
        full: written,
    })
}

fn decode(bytes: &[u8], format: Format) -> Result<DynamicImage, Code> {
    let unreadable = |_: image::ImageError| Code::PictureUnreadable;
    let beside = match format {
        Format::Jpeg => Frame::of(bytes).ok_or(Code::PictureUnreadable)?.beside(),
        Format::Png | Format::Webp => 0,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.known());
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| match error {
        image::ImageError::Limits(_) => Code::PictureTooLarge,
        other => unreadable(other),
    })?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    let a_pixel = u64::from(decoder.color_type().bytes_per_pixel()) + beside;
    if pixels > MAX_PIXELS || pixels.saturating_mul(a_pixel) > MAX_MEMORY {
        return Err(Code::PictureTooLarge);
    }
    if pixels == 0 {
        return Err(Code::PictureUnreadable);
    }
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    // Smaller first: turning makes a copy.
    let mut picture = fit(picture, FULL_SIDE);
    picture.apply_orientation(turn);
    Ok(picture)
}

/// What the segments before a JPEG's pixels say (ITU T.81, table B.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Frame {
    /// The pixels come in several scans, one finer than the other.
    progressive: bool,
}

impl Frame {
    /// Of a file that is whole: decoders fill up with grey what is missing, and so hide that an upload
    /// broke off.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut at = 2;
        let mut progressive = None;
        loop {
            let &[0xFF, marker, high, low] = bytes.get(at..at + 4)? else { return None };
            match marker {
                0xC4 | 0xC8 | 0xCC => {}
                0xC0..=0xCF => progressive = Some(marker & 0b11 == 0b10),
                // The pixels, in which the end cannot stand by chance.
                0xDA => {
                    let whole = bytes.get(at..)?.windows(2).any(|two| two == [0xFF, 0xD9]);
                    return progressive.filter(|_| whole).map(|progressive| Self { progressive });
                }
                _ => {}
            }
            // A marker may be filled up in front.
            at += if marker == 0xFF { 1 } else { 2 + usize::from(u16::from_be_bytes([high, low])) };
        }
    }

    /// What a decoder keeps for each pixel beside the pixel: the coefficients of all scans.
    const fn beside(self) -> u64 {
        if self.progressive { 6 } else { 0 }
    }
}

/// At most `side` pixels a side.
fn fit(picture: DynamicImage, side: u32) -> DynamicImage {
    if picture.width() <= side && picture.height() <= side {
        return picture;
    }
    // By boxes: finer filters take sixteen bytes for each pixel of a strip as wide as the original.
    picture.thumbnail(side, side)
}

/// On white paper, where it lets something through.
fn flat(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let mixed = u16::from(colour) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
            u8::try_from(mixed / 255).unwrap_or(u8::MAX)
        };
        image::Rgb([over(red), over(green), over(blue)])
    })
}

/// Which of the pixels of a 9 by 8 grey thumbnail are darker than their neighbour on the right: 64 bits that stay nearly the same
/// when a picture is made smaller, lighter or saved again (dHash; N. Krawetz, "Kind of Like That", 2013).
fn difference_hash(picture: &RgbImage) -> u64 {
    let grey = DynamicImage::ImageRgb8(picture.clone()).resize_exact(9, 8, FilterType::Triangle).into_luma8();
    let darker = |at: usize| {
        let pixel = |x: usize| grey.as_raw().get(at / 8 * 9 + x).copied().unwrap_or_default();
        u64::from(pixel(at % 8) < pixel(at % 8 + 1))
    };
    (0..64).fold(0, |hash, at| hash << 1 | darker(at))
}

fn write(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, Code> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    picture.write_with_encoder(encoder).map_err(|_| Code::PictureUnreadable)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn as_many_files_are_held_as_there_is_room_for() {
        let darkroom = Darkroom::default();
        let mut held = Vec::new();
        for _ in 0..4 {
            held.push(darkroom.room(MAX_BYTES).await.unwrap());
        }
        let soon = Duration::from_millis(20);
        assert!(tokio::time::timeout(soon, darkroom.room(1)).await.is_err(), "it waits");
        held.pop();
        assert!(tokio::time::timeout(soon, darkroom.room(300_000)).await.unwrap().is_ok());
    }

    #[test]
    fn a_picture_is_known_again_smaller_lighter_and_saved_anew_and_another_is_not() {
        let drawn = |scale: u32, light: u8, other: u32| {
            RgbImage::from_fn(640 / scale, 480 / scale, |x, y| {
                let wave = (x * scale / 40 * (3 + other) + y * scale / 30 * (7 + other * 4)) % 13;
                image::Rgb([u8::try_from(wave * 15).unwrap() + light; 3])
            })
        };
        let hash = |picture: &RgbImage| {
            let saved = write(picture, 60).unwrap();
            clean(&saved, Format::Jpeg).unwrap().dhash
        };
        let first = hash(&drawn(1, 10, 0));
        for again in [drawn(1, 10, 0), drawn(2, 10, 0), drawn(1, 40, 0)] {
            assert!((first ^ hash(&again)).count_ones() <= domain::signal::SAME_BITS);
        }
        assert!((first ^ hash(&drawn(1, 10, 1))).count_ones() > 2 * domain::signal::SAME_BITS);
    }

    #[test]
    fn several_scans_are_told_from_one_and_a_whole_file_from_half_of_it() {
        let jpeg = |frame: u8, end: u8| {
            [0xFF, 0xD8, 0xFF, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, frame, 0, 2, 0xFF, 0xDA, 0, 2, 9, 0xFF, end]
        };
        assert_eq!(Frame::of(&jpeg(0xC0, 0xD9)), Some(Frame { progressive: false }));
        assert_eq!(Frame::of(&jpeg(0xC2, 0xD9)), Some(Frame { progressive: true }));
        assert_eq!(Frame::of(&jpeg(0xC0, 0)), None, "without its end");
        assert_eq!(Frame::of(&jpeg(0xC4, 0xD9)), None, "without a frame");
        assert_eq!(Frame::of(&[0xFF; 40]), None);
    }
}
