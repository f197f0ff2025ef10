//! What a sheet calls the words of the product.

use crate::{
    claim::{Route, Status as Claim},
    claimant::Kind,
    wish::{Status as Wish, Unit},
};

/// Where a wish stands.
#[must_use]
pub const fn wish_status(status: Wish) -> &'static str {
    match status {
        Wish::Draft => "草稿",
        Wish::Submitted => "待审核",
        Wish::Open => "待认领",
        Wish::Claimed => "已认领",
        Wish::Delivered => "已送达",
        Wish::Fulfilled => "已点亮",
        Wish::Declined => "不予办理",
        Wish::Withdrawn => "已撤回",
    }
}

/// Where a claim stands.
#[must_use]
pub const fn claim_status(status: Claim) -> &'static str {
    match status {
        Claim::Proposed => "待接受",
        Claim::Active => "已认领",
        Claim::Delivered => "已送达",
        Claim::Confirmed => "已确认",
        Claim::Declined => "未接受",
        Claim::Released => "已还回",
        Claim::Lapsed => "已到期",
        Claim::TakenBack => "已收回",
    }
}

/// How a claim came about.
#[must_use]
pub const fn route(route: Route) -> &'static str {
    match route {
        Route::SelfClaim => "主动认领",
        Route::Dispatch => "组织派单",
        Route::Waiting => "候补轮到",
    }
}

/// What a wish is counted in.
#[must_use]
pub const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Item => "件",
        Unit::Person => "人",
        Unit::Hour => "小时",
        Unit::Visit => "次",
        Unit::Fen => "分",
    }
}

/// Who claims.
#[must_use]
pub const fn kind_of_claimant(kind: Kind) -> &'static str {
    match kind {
        Kind::Person => "个人",
        Kind::Unit => "单位",
    }
}
