//! Letters (邮件): which there are, when they go, how often one is tried, and what stands in them. A letter says
//! how much of which kind waits and where to look: no wish, no resident, no name. Must not know how it is sent.

use crate::{calendar::Calendar, task::Kind as Task, time::Instant};
use chrono::NaiveDate;

words! {
    /// What sort of letter.
    #[schema(as = MailKind)]
    pub enum Kind {
        /// 验证码
        Code = "code",
        /// 每日提醒
        Digest = "digest",
        /// 应急响应
        EmergencyCall = "emergency_call",
    }
}

words! {
    /// Why a letter was not sent.
    #[schema(as = MailTrouble)]
    pub enum Trouble {
        /// 连不上邮件服务器
        NotReached = "not_reached",
        /// 邮件服务器没有及时回应
        TimedOut = "timed_out",
        /// 邮件服务器要求晚些再发
        Deferred = "deferred",
        /// 邮件服务器拒收
        Refused = "refused",
        /// 邮件服务器不认系统的账号
        SignIn = "sign_in",
        /// 发信设置有问题
        Setup = "setup",
        /// 程序出错
        Internal = "internal",
        /// 没有赶上时候
        TooLate = "too_late",
    }
}

impl Trouble {
    /// Another try of the same letter would end alike: what is wrong is this letter, or whom it is to.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Refused | Self::TooLate)
    }
}

/// How long whoever took a letter has for it, in seconds; then it is free again. Much longer than sending may take:
/// two who send the same letter would be two letters.
pub const LEASE_SECONDS: i64 = 180;

/// So often a letter is tried: over some seven hours, since a mail server that is away is back on another scale
/// than a row that is locked.
pub const MOST_TRIES: i32 = 12;

const FIRST_PAUSE_SECONDS: i64 = 60;
const LONGEST_PAUSE_SECONDS: i64 = 3600;

/// When a letter that failed for the `tries`-th time is tried again; none when it is to be laid aside, as it also is where it
/// would be of no use any more (`until`). `chance` (0 to 255) makes the pause longer by up to a quarter.
#[must_use]
pub fn next_try(now: Instant, tries: i32, trouble: Trouble, until: Instant, chance: u8) -> Option<Instant> {
    if trouble.is_final() || tries >= MOST_TRIES {
        return None;
    }
    let doubled = FIRST_PAUSE_SECONDS << tries.clamp(1, 20).saturating_sub(1);
    let pause = doubled.min(LONGEST_PAUSE_SECONDS);
    let next = now.plus_seconds(pause.saturating_add(pause.saturating_mul(i64::from(chance)) / 1024));
    (next < until).then_some(next)
}

/// From 08:30 to 18:00 in China: a server that comes back at noon still tells of the day, one that does at night does not.
const FROM_SECONDS: i64 = 8 * 3600 + 30 * 60;
const UNTIL_SECONDS: i64 = 18 * 3600;

/// The day whose digests go out now, where it is a working day and the time of day is right.
#[must_use]
pub fn digest_day(calendar: &Calendar, now: Instant) -> Option<NaiveDate> {
    let today = now.date();
    let midnight = Instant::end_of(today).plus_days(-1);
    let open = midnight.plus_seconds(FROM_SECONDS) < now && now < midnight.plus_seconds(UNTIL_SECONDS);
    (open && calendar.is_working(today)).then_some(today)
}

/// After that a digest of `day` would tell of yesterday.
#[must_use]
pub fn digest_until(day: NaiveDate) -> Instant {
    Instant::end_of(day)
}

/// What a letter says: Chinese, then English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its subject.
    pub subject: String,
    /// Its text, in lines that end with a line feed.
    pub text: String,
}

/// The letter with the code that proves an address.
#[must_use]
pub fn code_letter(code: &str) -> Letter {
    let text = format!(
        "您好：\n\n有人要把点亮微心愿的邮件提醒发到这个邮箱。验证码是：\n\n    {code}\n\n\
         30 分钟内有效。不是您要的，不用理会，也不要告诉别人。\n\n----\n\n\
         Hello,\n\nsomebody wants Wishlight's notices sent to this address. The code is:\n\n    {code}\n\n\
         It is good for 30 minutes. If you did not ask for it, ignore this letter, and tell nobody.\n"
    );
    Letter { subject: format!("{code} 是点亮微心愿的验证码 / Your Wishlight code"), text }
}

/// The letter that calls a claimant for help: for so many households, by that day. Which, the page says.
#[must_use]
pub fn call_letter(households: i64, due: NaiveDate, page: &str) -> Letter {
    let text = format!(
        "您好：\n\n有 {households} 户急着等人帮忙，最晚 {due} 要办好。您在这次应急响应的范围里。\n\n\
         去看看能帮上什么：{page}\n\n一次应急响应只写这一封信。\n\n----\n\n\
         Hello,\n\nhouseholds that urgently wait for help: {households}, by {due} at the latest. You are among those \
         who are called.\n\nSee what you can do: {page}\n\nOf one emergency call there is this one letter.\n"
    );
    Letter {
        subject: format!("应急响应：{households} 户等着帮忙 / Households that need help now: {households}"),
        text,
    }
}

/// How many of one kind wait; there may be more than were counted.
pub type Waiting = (Task, usize, bool);

/// The letter that says how much waits. `site` is the address of the front end, without a slash at its end.
#[must_use]
pub fn digest_letter(waiting: &[Waiting], site: &str) -> Letter {
    let number = |count: usize, more: bool| if more { format!("{count}+") } else { count.to_string() };
    let lines = |name: fn(Task) -> &'static str| -> String {
        waiting
            .iter()
            .map(|(kind, count, more)| format!("  {} {}\n", name(*kind), number(*count, *more)))
            .collect()
    };
    let sum = waiting.iter().fold(0_usize, |sum, (_, count, _)| sum.saturating_add(*count));
    let sum = number(sum, waiting.iter().any(|(.., more)| *more));
    let (zh, en) = (lines(in_chinese), lines(in_english));
    let text = format!(
        "您好：\n\n点亮微心愿里有 {sum} 件事等着您：\n\n{zh}\n去看看：{site}/account/tasks\n\n\
         工作日早上，有事等着您才写这封信，一天最多一封。不想再收，请到 {site}/account 移除邮箱。\n\n----\n\n\
         Hello,\n\n{sum} waiting for you in Wishlight:\n\n{en}\nSee them: {site}/account/tasks\n\n\
         Sent on the mornings of working days when something waits for you, once a day at most. To get no more, \
         remove your address at {site}/account\n"
    );
    Letter {
        subject: format!("有 {sum} 件事等着您 · 点亮微心愿 / {sum} waiting for you in Wishlight"), text
    }
}

const fn in_chinese(kind: Task) -> &'static str {
    match kind {
        Task::Review => "待审核",
        Task::Dispatch => "没人认领，待派单",
        Task::Confirm => "等确认送达",
        Task::AcceptDispatch => "请您接单",
        Task::Called => "候补轮到了",
        Task::AcceptEscalation => "下级上报，待答复",
        Task::ClaimDueSoon => "认领快到期",
        Task::ClaimOverdue => "认领已过期",
        Task::WishDueSoon => "心愿快到期",
        Task::WishOverdue => "心愿已过时限",
        Task::Returned => "退回来的",
        Task::RedList => "红名单",
        Task::SpotCheck => "抽查回访",
        Task::AcceptPairing => "请您答复结对",
        Task::VisitDue => "该走访了",
        Task::VisitsLapsed => "走访断了",
        Task::AnswerApplication => "入圈申请，待答复",
        Task::SendReferral => "难处待转介",
        Task::AnswerReferral => "转介来的，待答复",
        Task::ReferralOverdue => "转介过期没答复",
        Task::ApproveAllocation => "拨款待您批准",
        Task::ApproveExport => "带姓名的导出，待批准",
        Task::AnswerHosting => "请您一起主办的活动，待答复",
    }
}

const fn in_english(kind: Task) -> &'static str {
    match kind {
        Task::Review => "to review:",
        Task::Dispatch => "claimed by nobody, to dispatch:",
        Task::Confirm => "deliveries to confirm:",
        Task::AcceptDispatch => "dispatches to accept:",
        Task::Called => "shares that came free for you:",
        Task::AcceptEscalation => "sent up to you:",
        Task::ClaimDueSoon => "claims due soon:",
        Task::ClaimOverdue => "claims overdue:",
        Task::WishDueSoon => "wishes due soon:",
        Task::WishOverdue => "wishes overdue:",
        Task::Returned => "given back:",
        Task::RedList => "on the red list:",
        Task::SpotCheck => "spot checks:",
        Task::AcceptPairing => "pairings to answer:",
        Task::VisitDue => "visits due:",
        Task::VisitsLapsed => "visits that lapsed:",
        Task::AnswerApplication => "applications to answer:",
        Task::SendReferral => "needs to hand on:",
        Task::AnswerReferral => "referrals to answer:",
        Task::ReferralOverdue => "referrals not answered in time:",
        Task::ApproveAllocation => "allocations to approve:",
        Task::ApproveExport => "exports that name residents, to approve:",
        Task::AnswerHosting => "campaigns that you are asked to hold, to answer:",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Day, Year};

    fn day(now: &str) -> Option<String> {
        let date = |text: &str| text.parse().unwrap();
        let national = Day { date: date("2026-10-01"), working: false, name: "国庆节".to_owned() };
        let made_up = Day { date: date("2026-10-10"), working: true, name: "国庆节".to_owned() };
        let days = vec![national, made_up];
        let year = Year { year: 2026, version: 1, source: String::new(), days, changed_at: None };
        digest_day(&Calendar::of([&year]), now.parse().unwrap()).map(|day| day.to_string())
    }

    #[test]
    fn digests_go_out_on_working_days_from_half_past_eight_until_six() {
        assert_eq!(day("2026-09-30T00:29:59Z"), None);
        assert_eq!(day("2026-09-30T00:30:00Z").as_deref(), Some("2026-09-30"));
        assert_eq!(day("2026-09-30T09:59:59Z").as_deref(), Some("2026-09-30"));
        assert_eq!(day("2026-09-30T10:00:00Z"), None);
        assert_eq!(day("2026-10-01T01:00:00Z"), None, "a day off");
        assert_eq!(day("2026-10-03T01:00:00Z"), None, "a Saturday");
        assert_eq!(day("2026-10-10T01:00:00Z").as_deref(), Some("2026-10-10"), "a Saturday that is worked");
    }

    #[test]
    fn what_is_refused_or_too_late_is_not_tried_again() {
        let now = Instant::from_micros(0);
        let until = now.plus_seconds(90);
        let next = |tries, trouble, until| next_try(now, tries, trouble, until, 0);
        assert_eq!(next(1, Trouble::Deferred, until), Some(now.plus_seconds(60)));
        assert_eq!(next(2, Trouble::Deferred, until), None, "its time would be over");
        assert_eq!(next(1, Trouble::Refused, until), None);
        let long = now.plus_days(1);
        assert_eq!(next(11, Trouble::NotReached, long), Some(now.plus_seconds(3600)));
        assert_eq!(next(12, Trouble::NotReached, long), None);
    }

    #[test]
    fn a_digest_counts_in_both_languages_and_says_how_to_end_it() {
        let letter = digest_letter(
            &[(Task::Review, 3, false), (Task::WishOverdue, 99, true)],
            "https://wish.example.org",
        );
        assert!(letter.subject.starts_with("有 102+ 件事等着您"), "{}", letter.subject);
        for part in [
            "待审核 3\n",
            "心愿已过时限 99+\n",
            "to review: 3\n",
            "wishes overdue: 99+\n",
            "https://wish.example.org/account/tasks\n",
        ] {
            assert!(letter.text.contains(part), "{part}: {}", letter.text);
        }
        assert_eq!(letter.text.matches("https://wish.example.org/account").count(), 4);
    }
}
