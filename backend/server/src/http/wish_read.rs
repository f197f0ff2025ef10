//! Wishes to read, one and in lists, each in the view that the caller is entitled to.

use super::{
    caller::Caller,
    extract::{Listing, Page, Paging, Path},
    wish_view::{Wish, see, see_all},
};
use crate::{app, etag, openapi::ReadProblems, problem::Failure, routes::Routes};
use actix_web::{HttpRequest, HttpResponse, get};
use domain::{export::list::Wishes as Wanted, id::WishId};

/// One wish, in the view that the caller is entitled to.
#[utoipa::path(tag = "wishes", responses((status = 200, body = Wish), (status = 304, description = "Not changed"), ReadProblems))]
#[get("/wishes/{id}")]
async fn get_wish(req: HttpRequest, caller: Caller, id: Path<WishId>) -> Result<HttpResponse, Failure> {
    let view = caller.read(move |tx, cx| see(tx, cx, id.0)).await?;
    Ok(etag::answer(&req, view.version, view.wish.name(), etag::Keep::Private, &view.wish))
}

/// Wishes, newest first. Everybody sees those on the wall; staff also see their own organisations'.
#[utoipa::path(tag = "wishes", params(Wanted, Paging), responses((status = 200, body = Page<Wish>), ReadProblems))]
#[get("/wishes")]
async fn list_wishes(caller: Caller, list: Listing<Wanted>) -> Result<HttpResponse, Failure> {
    let filter = app::filter::wishes(&list.filter, caller.cx.now, list.after()?)?;
    let rows = list.rows();
    let searches = filter.search.is_some();
    let work = move |tx: &mut store::Conn, cx: &app::Context| {
        let (found, generation) = app::wish::list(tx, cx, filter, rows)?;
        see_all(tx, cx, found, generation)
    };
    let wishes = if searches { caller.read_slow(work).await? } else { caller.read(work).await? };
    list.answer(wishes, |(id, _)| *id, |(_, wish)| wish)
}

/// Mounts them.
pub fn routes(routes: &mut Routes<'_>) {
    routes.service(list_wishes).service(get_wish);
}
