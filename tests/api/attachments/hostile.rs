//! Files that are not what they say, or more than they show: each is refused with a clear problem, or comes out as
//! pixels and nothing else.

use super::pictures::{
    CANARY, exif, halves, jpeg_header, look, photo, png_header, remove, upload, webp_header, with_chunk,
    with_segment,
};
use crate::privacy::holds;
use image::ImageFormat::{Jpeg, Png, WebP};
use serde_json::json;
use tests::{on_both, world::World};

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("files/", $name)).to_vec()
    };
}

/// What becomes of a file.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Refused(u16, &'static str),
    Harmless,
    /// Some decoders give up and some do not; either way nothing but pixels is kept.
    Either,
}

use Fate::{Either, Harmless, Refused};

const OTHER: Fate = Refused(422, "picture_mismatch");
const BROKEN: Fate = Refused(422, "picture_unreadable");
const HUGE: Fate = Refused(413, "picture_too_large");
const TYPE: Fate = Refused(415, "unsupported_picture");

type Case = (&'static str, &'static str, Vec<u8>, Fate);

const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0\0\0 CANARY-27.9904N-109.6957E";
const HTML: &[u8] = b"<!doctype html><script>alert('CANARY-27.9904N-109.6957E')</script>";
const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";

fn half(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

fn and(first: Vec<u8>, then: &[u8]) -> Vec<u8> {
    [first, then.to_vec()].concat()
}

fn broken_inside(mut bytes: Vec<u8>) -> Vec<u8> {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    bytes
}

/// Media types that are not taken, and files that are another type than they say.
fn of_another_type() -> Vec<Case> {
    vec![
        ("svg", "image/svg+xml", SVG.to_vec(), TYPE),
        ("gif", "image/gif", file!("animated.gif"), TYPE),
        ("pdf", "application/pdf", b"%PDF-1.7".to_vec(), TYPE),
        ("bmp", "image/bmp", file!("photo.bmp"), TYPE),
        ("heic", "image/heic", b"\0\0\0\x18ftypheic".to_vec(), TYPE),
        ("text", "text/plain", photo(), TYPE),
        ("json", "application/json", b"{}".to_vec(), TYPE),
        ("multipart", "multipart/form-data; boundary=x", photo(), TYPE),
        ("no type", "", photo(), TYPE),
        ("not even a type", "jpeg", photo(), TYPE),
        ("zip as jpeg", "image/jpeg", ZIP.to_vec(), OTHER),
        ("html as png", "image/png", HTML.to_vec(), OTHER),
        ("html as jpeg", "image/jpeg", HTML.to_vec(), OTHER),
        ("svg as png", "image/png", SVG.to_vec(), OTHER),
        ("gif as jpeg", "image/jpeg", file!("animated.gif"), OTHER),
        ("pdf as jpeg", "image/jpeg", b"%PDF-1.7".to_vec(), OTHER),
        ("bmp as png", "image/png", file!("photo.bmp"), OTHER),
        ("tiff as jpeg", "image/jpeg", file!("photo.tiff"), OTHER),
        ("ico as png", "image/png", file!("photo.ico"), OTHER),
        ("avif as webp", "image/webp", b"\0\0\0\x1cftypavif".to_vec(), OTHER),
        ("wave as webp", "image/webp", b"RIFF\x24\0\0\0WAVEfmt ".to_vec(), OTHER),
        ("program as jpeg", "image/jpeg", b"MZ\x90\0\x03".to_vec(), OTHER),
        ("nothing", "image/jpeg", vec![], OTHER),
        ("one byte", "image/jpeg", vec![0xFF], OTHER),
        ("png as jpeg", "image/jpeg", halves(8, 8, Png), OTHER),
        ("jpeg as png", "image/png", photo(), OTHER),
        ("webp as png", "image/png", halves(8, 8, WebP), OTHER),
        ("jpeg as webp", "image/webp", photo(), OTHER),
    ]
}

/// Too large, or not whole.
fn too_large_or_broken() -> Vec<Case> {
    vec![
        ("11 MiB", "image/jpeg", and(photo(), &vec![0; 11 << 20]), Refused(413, "too_large")),
        ("png bomb", "image/png", png_header(60_000, 60_000, 8, 2), HUGE),
        ("png of no end", "image/png", png_header(0x7FFF_FFFF, 0x7FFF_FFFF, 16, 6), HUGE),
        ("png of 41 megapixels", "image/png", png_header(8200, 5000, 8, 0), HUGE),
        ("deep png", "image/png", png_header(6000, 6000, 16, 6), HUGE),
        ("png of no size", "image/png", png_header(0, 0, 8, 2), BROKEN),
        ("png whose pixels are missing", "image/png", png_header(600, 600, 8, 2), BROKEN),
        ("jpeg bomb", "image/jpeg", jpeg_header(65_500, 65_500, 0xC0), HUGE),
        ("jpeg bomb in many scans", "image/jpeg", jpeg_header(5000, 4000, 0xC2), HUGE),
        ("jpeg of no size", "image/jpeg", jpeg_header(0, 0, 0xC0), BROKEN),
        ("webp bomb", "image/webp", webp_header(16_383, 16_383), HUGE),
        ("half a jpeg", "image/jpeg", half(&photo()), BROKEN),
        ("half a png", "image/png", half(&halves(300, 200, Png)), BROKEN),
        ("half a webp", "image/webp", half(&halves(300, 200, WebP)), BROKEN),
        ("beginning of a jpeg", "image/jpeg", vec![0xFF, 0xD8, 0xFF], BROKEN),
        ("beginning of a png", "image/png", b"\x89PNG\r\n\x1a\n".to_vec(), BROKEN),
        ("beginning of a webp", "image/webp", b"RIFF\x04\0\0\0WEBP".to_vec(), BROKEN),
        ("png broken inside", "image/png", broken_inside(halves(300, 200, Png)), BROKEN),
        ("jpeg broken inside", "image/jpeg", broken_inside(photo()), Either),
        ("webp broken inside", "image/webp", broken_inside(halves(300, 200, WebP)), Either),
        ("noise as jpeg", "image/jpeg", and(vec![0xFF, 0xD8, 0xFF], &[0x5A; 4000]), BROKEN),
        (
            "segments without end",
            "image/jpeg",
            [0xFF, 0xD8].into_iter().chain([0xFF; 9000]).collect(),
            BROKEN,
        ),
    ]
}

/// Pictures that carry more than pixels, and unusual ones.
fn with_something_more() -> Vec<Case> {
    let text = format!("Comment\0{CANARY}");
    let big = format!("Exif\0\0{}", CANARY.repeat(2500));
    let long = (0..16).fold(photo(), |jpeg, _| with_segment(&jpeg, 0xE1, big.as_bytes()));
    let icc = format!("ICC_PROFILE\0\x01\x01{CANARY}");
    let xmp = format!("http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>{CANARY}</x:xmpmeta>");
    vec![
        ("a photo", "image/jpeg", photo(), Harmless),
        ("type in capitals", "IMAGE/JPEG; q=1", photo(), Harmless),
        ("exif with place", "image/jpeg", with_segment(&photo(), 0xE1, &exif(1)), Harmless),
        ("a megabyte of exif", "image/jpeg", long, Harmless),
        ("profile", "image/jpeg", with_segment(&photo(), 0xE2, icc.as_bytes()), Harmless),
        ("xmp", "image/jpeg", with_segment(&photo(), 0xE1, xmp.as_bytes()), Harmless),
        ("comment", "image/jpeg", with_segment(&photo(), 0xFE, HTML), Harmless),
        ("zip behind a jpeg", "image/jpeg", and(photo(), ZIP), Harmless),
        ("page behind a png", "image/png", and(halves(60, 40, Png), HTML), Harmless),
        ("zip behind a webp", "image/webp", and(halves(60, 40, WebP), ZIP), Either),
        ("text in a png", "image/png", with_chunk(&halves(60, 40, Png), b"tEXt", text.as_bytes()), Harmless),
        ("exif in a png", "image/png", with_chunk(&halves(60, 40, Png), b"eXIf", &exif(1)[6..]), Harmless),
        ("broken profile", "image/png", with_chunk(&halves(60, 40, Png), b"iCCP", text.as_bytes()), Either),
        ("animated png", "image/png", file!("animated.png"), Harmless),
        ("animated webp", "image/webp", file!("animated.webp"), Harmless),
        ("cmyk", "image/jpeg", file!("cmyk.jpg"), Either),
        ("many scans", "image/jpeg", file!("progressive.jpg"), Harmless),
        ("grey", "image/jpeg", file!("grey.jpg"), Harmless),
        ("palette", "image/png", file!("palette.png"), Harmless),
        ("sixteen bits", "image/png", file!("sixteen.png"), Harmless),
        ("glass", "image/png", file!("clear.png"), Harmless),
        ("lossy webp", "image/webp", file!("lossy.webp"), Harmless),
        ("one pixel", "image/png", halves(1, 1, Png), Harmless),
        ("a line", "image/png", halves(20_000, 1, Png), Harmless),
        ("a large photo", "image/jpeg", halves(4000, 3000, Jpeg), Harmless),
    ]
}

on_both! {
    async fn every_file_is_refused_clearly_or_comes_out_harmless(app) {
        let w = World::new(app).await;
        let wish = w.published(json!({})).await;
        let claim = format!("/claims/{}", w.claimed(&wish, 1).await);
        let cases: Vec<Case> = [of_another_type(), too_large_or_broken(), with_something_more()].concat();
        assert!(cases.len() >= 70, "{}", cases.len());
        for (name, media_type, bytes, fate) in cases {
            let answer = upload(&w.manager, &claim, media_type, bytes).await;
            match fate {
                Refused(status, code) => {
                    assert_eq!((answer.status, answer.body["code"].as_str()), (status, Some(code)), "{name}: {:#}", answer.body);
                    assert_eq!(answer.header("content-type"), "application/problem+json");
                    assert!(answer.body["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
                    continue;
                }
                Either if answer.status == 422 => {
                    answer.refused(422, "picture_unreadable");
                    continue;
                }
                Either | Harmless => assert_eq!(answer.status, 201, "{name}: {:#}", answer.body),
            }
            let id = answer.id();
            for (query, side) in [("", 1600), ("?size=thumbnail", 320)] {
                let (status, headers, bytes) = look(&w.manager, &id, query).await;
                assert_eq!((status, headers["content-type"].to_str().unwrap()), (200, "image/jpeg"), "{name}");
                let picture = image::load_from_memory_with_format(&bytes, Jpeg).unwrap();
                assert!(picture.width() <= side && picture.height() <= side, "{name}");
                for trace in [CANARY, "Exif", "ICC_PROFILE", "xmpmeta", "PK\u{3}\u{4}", "<script"] {
                    assert!(!holds(&bytes, trace.as_bytes()), "{name} still holds {trace}");
                }
            }
            remove(&w.manager, &id).await.expect(204);
        }
        // None of what was hidden is kept anywhere.
        assert!(!holds(&app.database.bytes(), CANARY.as_bytes()));
        let hex: String = CANARY.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!holds(&app.database.bytes(), hex.as_bytes()));
    }
}
