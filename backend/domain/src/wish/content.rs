//! What a wish asks, as its collector writes it down.

use super::Share;
use crate::{
    note::{self, Note},
    refusal::{Fault, Faults, Refusal},
};
use chrono::NaiveDate;

words! {
    /// What a wish is counted in.
    #[schema(as = WishUnit)]
    pub enum Unit {
        /// 件
        Item = "item",
        /// 人
        Person = "person",
        /// 小时
        Hour = "hour",
        /// 次
        Visit = "visit",
        /// 分 (money)
        Fen = "fen",
    }
}

words! {
    /// How a wish came in.
    pub enum Channel {
        /// 走访入户
        HomeVisit = "home_visit",
        /// 屋场会、坝坝会
        Meeting = "meeting",
        /// 服务大厅
        ServiceHall = "service_hall",
        /// 信访线索
        Petition = "petition",
        /// 热线
        Hotline = "hotline",
        /// 线上
        Online = "online",
        /// 合作单位
        Partner = "partner",
        /// 征集、募捐活动
        Drive = "drive",
    }
}

words! {
    /// Who said it; the recorder is often not the resident.
    pub enum ToldBy {
        /// 本人
        Myself = "self",
        /// 亲属
        Relative = "relative",
        /// 邻居
        Neighbour = "neighbour",
        /// 工作人员
        Staff = "staff",
        /// 其他
        Other = "other",
    }
}

/// What stands for the title of a wish whose resident was erased.
pub const FORGOTTEN_TITLE: &str = "（内容已删除）";
/// What stands for its public text.
pub const FORGOTTEN_SUMMARY: &str = "心愿人的个人信息已按要求删除，这里只留下数字。";

/// The largest quantity one wish may ask: 10 million yuan in fen.
pub const MAX_QUANTITY: i64 = 1_000_000_000;

/// What a wish asks, as its collector writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The wish in one line, in the resident's words; public. 2 to 60 characters.
    pub title: String,
    /// What only those who help need to know; private. At most 2000 characters.
    pub details: Option<Note>,
    /// The text for the wall. 2 to 500 characters.
    pub public_summary: String,
    /// The code of a category of the origin.
    pub category: String,
    /// The skill without which it cannot be done (电工、护士), in one word; shown to staff alone. At most 30 characters.
    pub skill: Option<String>,
    /// How much is asked.
    pub quantity: i64,
    /// What each share is, where they are not alike; then there are as many as the quantity.
    pub shares: Vec<Share>,
    /// Of what.
    pub unit: Unit,
    /// A guess of the whole cost, in fen.
    pub estimated_cost_fen: Option<i64>,
    /// The day it is wanted by.
    pub needed_by: Option<NaiveDate>,
    /// How it came in.
    pub channel: Channel,
    /// Who said it.
    pub told_by: ToldBy,
    /// More on who said it. At most 200 characters.
    pub told_by_note: Option<Note>,
}

impl Content {
    /// Checks what was written down; `changed_dates` is false when `needed_by` is as it was.
    ///
    /// # Errors
    /// `invalid` with every field at fault.
    pub fn validate(&self, today: NaiveDate, changed_dates: bool) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults
            .text("/title", &self.title, 2, 60)
            .optional_text("/details", note::text(self.details.as_ref()), 2000)
            .text("/public_summary", &self.public_summary, 2, 500)
            .optional_text("/skill", self.skill.as_deref(), 30)
            .optional_text("/told_by_note", note::text(self.told_by_note.as_ref()), 200)
            .check((1..=MAX_QUANTITY).contains(&self.quantity), "/quantity", Fault::OutOfRange);
        if let Some(cost) = self.estimated_cost_fen {
            faults.check((0..=MAX_QUANTITY).contains(&cost), "/estimated_cost_fen", Fault::OutOfRange);
        }
        if let Some(day) = self.needed_by.filter(|_| changed_dates) {
            faults.check(day >= today, "/needed_by", Fault::InPast);
        }
        self.check_shares(&mut faults);
        faults.finish()
    }
}
