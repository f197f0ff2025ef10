//! Pictures to upload: honest ones, and files that are none.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use std::io::Cursor;
use tests::client::{Answer, Client, send};

/// Hidden in every place of a file that is not a pixel.
pub const CANARY: &str = "CANARY-27.9904N-109.6957E";

/// A picture whose left half is red and whose right half is blue, as it is written by `format`.
pub fn halves(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let shade = u8::try_from((x + y) % 32).unwrap();
        if x < width / 2 { Rgb([220 + shade, shade, shade]) } else { Rgb([shade, shade, 220 + shade]) }
    });
    let mut bytes = Vec::new();
    DynamicImage::ImageRgb8(picture).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A JPEG as a phone would take it.
pub fn photo() -> Vec<u8> {
    halves(640, 480, ImageFormat::Jpeg)
}

/// A JPEG with this segment behind its first marker.
pub fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, content, &jpeg[2..]].concat()
}

/// What a phone writes beside the pixels: which way is up, where it was taken, and a description.
pub fn exif(orientation: u16) -> Vec<u8> {
    let text = format!("{CANARY}\0");
    let gps_at = 8 + 2 + 3 * 12 + 4;
    let text_at = gps_at + 2 + 2 * 12 + 4;
    let degrees_at = text_at + text.len();
    let entry = |tag: u16, kind: u16, count: usize, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &u32::try_from(count).unwrap().to_le_bytes(), &value]
            .concat()
    };
    let at = |offset: usize| u32::try_from(offset).unwrap().to_le_bytes();
    let turned = u32::from(orientation).to_le_bytes();
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend([3, 0]);
    tiff.extend(entry(0x010E, 2, text.len(), at(text_at)));
    tiff.extend(entry(0x0112, 3, 1, turned));
    tiff.extend(entry(0x8825, 4, 1, at(gps_at)));
    tiff.extend([0; 4]);
    tiff.extend([2, 0]);
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend(entry(0x0002, 5, 3, at(degrees_at)));
    tiff.extend([0; 4]);
    tiff.extend(text.as_bytes());
    for (number, by) in [(27_u32, 1_u32), (59, 1), (2544, 100)] {
        tiff.extend(number.to_le_bytes());
        tiff.extend(by.to_le_bytes());
    }
    [b"Exif\0\0".as_slice(), &tiff].concat()
}

/// A PNG with this chunk behind its header.
pub fn with_chunk(png: &[u8], kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&png[..33], &chunk(kind, content), &png[33..]].concat()
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), content].concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&length[..], &body, &crc(&body).to_be_bytes()].concat()
}

/// The check of ISO 3309 that PNG uses.
fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// A PNG that says that it is this large, and holds almost nothing.
pub fn png_header(width: u32, height: u32, depth: u8, colour: u8) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, colour, 0, 0, 0]].concat();
    let parts = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &[0x78, 0x9C, 3, 0, 0, 0, 0, 1]),
        chunk(b"IEND", &[]),
    ];
    parts.concat()
}

/// A JPEG that says that it is this large.
pub fn jpeg_header(width: u16, height: u16, frame: u8) -> Vec<u8> {
    let mut bytes = vec![0xFF, 0xD8, 0xFF, frame, 0, 17, 8];
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    bytes.extend([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0, 0, 0xFF, 0xD9]);
    bytes
}

/// A WebP that says that it is this large.
pub fn webp_header(width: u32, height: u32) -> Vec<u8> {
    let sides = (width - 1) | ((height - 1) << 14);
    let body =
        [b"WEBPVP8L".as_slice(), &10_u32.to_le_bytes(), &[0x2F], &sides.to_le_bytes(), &[0; 5]].concat();
    [b"RIFF".as_slice(), &u32::try_from(body.len()).unwrap().to_le_bytes(), &body].concat()
}

/// Uploads a file, with whatever media type is said.
pub async fn upload(by: &Client, to: &str, media_type: &str, bytes: Vec<u8>) -> Answer {
    let request = by.request(Method::POST, &format!("{to}/attachments"));
    let request = if media_type.is_empty() { request } else { request.header("Content-Type", media_type) };
    send(request.body(bytes)).await
}

/// Uploads an honest photo and gives its id.
pub async fn uploaded(by: &Client, to: &str) -> String {
    upload(by, to, "image/jpeg", photo()).await.expect(201).id()
}

/// What is answered to a look: status, headers, bytes.
pub async fn look(by: &Client, id: &str, query: &str) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let answer = by.request(Method::GET, &format!("/attachments/{id}{query}")).send().await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    (status, headers, answer.bytes().await.unwrap().to_vec())
}

/// Removes a picture.
pub async fn remove(by: &Client, id: &str) -> Answer {
    let path = format!("/attachments/{id}?reason=wrong_picture");
    send(by.request(Method::DELETE, &path).header("If-Match", "*")).await
}
