//! Parameters of the address: of its query, each known and of its type, and of its path.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use domain::refusal::{Code, Fault, FieldFault, Refusal};
use serde::de::{
    DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor,
    value::{Error, MapDeserializer},
};

use super::body::misfit;
use crate::problem::Failure;

/// The query read as `T`; an unknown parameter is refused when `T` denies unknown fields.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let value = pairs(req.query_string()).and_then(|pairs| read(&pairs));
        ready(value.map(Self).map_err(Into::into))
    }
}

/// The variable part of a path. What does not read as `T` names nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Path<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let path = web::Path::<T>::from_request(req, payload).into_inner();
        ready(path.map(|value| Self(value.into_inner())).map_err(|_| Code::NotFound.into()))
    }
}

/// The parameters in order. Each name stands once, and no value holds what cannot be stored.
pub(super) fn pairs(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let fault = if pairs.iter().any(|(earlier, _)| *earlier == name) {
            Some(Fault::Duplicate)
        } else if value.contains('\0') || name.contains('\0') {
            Some(Fault::ControlCharacter)
        } else if value.contains('\u{FFFD}') || name.contains('\u{FFFD}') {
            // What was not UTF-8 has become the replacement character.
            Some(Fault::Format)
        } else {
            None
        };
        if let Some(fault) = fault {
            return Err(Refusal::field(Code::Invalid, &name, fault));
        }
        pairs.push((name.into_owned(), value.into_owned()));
    }
    Ok(pairs)
}

pub(super) fn read<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T, Refusal> {
    let map =
        MapDeserializer::<_, Error>::new(pairs.iter().map(|(name, value)| (name.as_str(), Value(value))));
    serde_path_to_error::deserialize(map).map_err(|error| {
        let mut refusal = misfit(error.path(), &error.inner().to_string());
        for FieldFault { pointer, .. } in &mut refusal.fields {
            // The name of a parameter, not a pointer.
            *pointer = pointer.trim_start_matches('/').to_owned();
        }
        refusal
    })
}

/// The text of one parameter, read as whichever type its field has. An empty one counts as absent.
struct Value<'a>(&'a str);

impl<'de> IntoDeserializer<'de, Error> for Value<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

macro_rules! parsed {
    ($($method:ident $visit:ident $type:ty,)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let value: $type = self.0.parse().map_err(Error::custom)?;
            visitor.$visit(value)
        }
    )+};
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Error;

    parsed! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i8 i8,
        deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_f64 visit_f64 f64,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0 {
            "" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self.0.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        f32 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use uuid::Uuid;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        q: Option<String>,
        holder_id: Option<Uuid>,
        overdue: Option<bool>,
        at_most: Option<i64>,
        status: Option<Status>,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Status {
        Open,
    }

    fn of(query: &str) -> Result<Wanted, Refusal> {
        read(&pairs(query)?)
    }

    #[test]
    fn each_parameter_has_its_type() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let wanted = of(&format!("q=%E8%8D%AF+a&holder_id={id}&overdue=true&at_most=3&status=open")).unwrap();
        assert_eq!(
            wanted,
            Wanted {
                q: Some("药 a".to_owned()),
                holder_id: id.parse().ok(),
                overdue: Some(true),
                at_most: Some(3),
                status: Some(Status::Open),
            }
        );
        let none = of("q=&overdue=&status=").unwrap();
        assert_eq!((none.q, none.overdue, none.status), (None, None, None));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (query, name, fault) in [
            ("limti=3", "limti", Fault::Unknown),
            ("holder_id=7", "holder_id", Fault::Format),
            ("overdue=yes", "overdue", Fault::Format),
            ("at_most=99999999999999999999", "at_most", Fault::Format),
            ("status=gone", "status", Fault::Unknown),
            ("q=a&q=b", "q", Fault::Duplicate),
            ("q=a%00b", "q", Fault::ControlCharacter),
            ("q=%FF", "q", Fault::Format),
        ] {
            let refusal = of(query).unwrap_err();
            assert_eq!(refusal.code, Code::Invalid);
            let field = &refusal.fields[0];
            assert_eq!((field.pointer.as_str(), field.fault), (name, fault), "{query}");
        }
    }
}
