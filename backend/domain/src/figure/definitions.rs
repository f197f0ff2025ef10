//! The table of figures.

use super::{
    Definition,
    Sum::{self, All, Less, Part},
    Sums, Unit,
};
use crate::{refusal::Text, tally::Measure as M};

const fn text(zh: &'static str, en: &'static str) -> Text {
    Text { zh, en }
}

/// Sums of nothing, to be filled in.
const NONE: Sums =
    Sums { numerator: &[], denominator: &[], excluded: &[], sample: &[], parts: None, waits: None };

const COHORT: Text = text(
    "按心愿记下的月份（北京时间），状态看现在",
    "by the month in China in which the wish was written down; where it stands is as of now",
);
const WHOLE: Text = text("拆出的部分不另算一件", "parts that were split off are not counted again");
const NOTHING: Text = text("没有", "nothing");
const OF_COLLECTED: Text = text("记下的心愿", "wishes written down");

const DECLINED: &str = "declined";
const WITHDRAWN: &str = "withdrawn";
const ACCEPTED: &[Sum] = &[All(M::Collected), Less(M::Standing, DECLINED), Less(M::Standing, WITHDRAWN)];

/// A division of what was collected.
const fn by(
    id: &'static str,
    name: Text,
    how: Text,
    counted: M,
    of: M,
    numerator: &'static [Sum],
    denominator: &'static [Sum],
) -> Definition {
    Definition {
        id,
        version: 1,
        name,
        unit: Unit::Wishes,
        numerator: text("已点亮的心愿", "wishes that are fulfilled"),
        denominator: Some(how),
        window: COHORT,
        exclusions: WHOLE,
        sample: OF_COLLECTED,
        sums: Sums { numerator, denominator, sample: denominator, parts: Some((counted, Some(of))), ..NONE },
    }
}

/// Every published figure.
pub const DEFINITIONS: &[Definition] = &[
    Definition {
        id: "collected",
        version: 1,
        name: text("记下的心愿", "Wishes collected"),
        unit: Unit::Wishes,
        numerator: text(
            "记下的心愿，含草稿，按现在所处的状态列出",
            "wishes written down, drafts too, by where they stand now",
        ),
        denominator: None,
        window: COHORT,
        exclusions: WHOLE,
        sample: OF_COLLECTED,
        sums: Sums {
            numerator: &[All(M::Collected)],
            sample: &[All(M::Collected)],
            parts: Some((M::Standing, None)),
            ..NONE
        },
    },
    Definition {
        id: "flow",
        version: 1,
        name: text("每月进出", "In and out, by month"),
        unit: Unit::Wishes,
        numerator: text(
            "在这些月份里点亮的心愿，不论何时记下；每月另列当月记下、办结（点亮、不予办理、撤回）和月底未办结的",
            "wishes that were fulfilled in these months, whenever they were written down; each month also lists those written down in it, those that ended in any way, and those that had not ended at its end",
        ),
        denominator: None,
        window: text(
            "按点亮、办结的月份（北京时间）",
            "by the month in China in which they were fulfilled or ended",
        ),
        exclusions: WHOLE,
        sample: text("在这些月份里办结的心愿", "wishes that ended in these months"),
        sums: Sums { numerator: &[All(M::LitIn)], sample: &[All(M::EndedIn)], ..NONE },
    },
    Definition {
        id: "fulfilment",
        version: 1,
        name: text("点亮率", "Fulfilment"),
        unit: Unit::Wishes,
        numerator: text("已点亮的心愿", "wishes that are fulfilled"),
        denominator: Some(text(
            "记下的心愿，减去不予办理和撤回的",
            "wishes written down, less those declined or withdrawn",
        )),
        window: COHORT,
        exclusions: text("不予办理、撤回", "declined and withdrawn"),
        sample: text("同分母", "the denominator"),
        sums: Sums {
            numerator: &[Part(M::Standing, "fulfilled")],
            denominator: ACCEPTED,
            excluded: &[Part(M::Standing, DECLINED), Part(M::Standing, WITHDRAWN)],
            sample: ACCEPTED,
            ..NONE
        },
    },
    Definition {
        id: "on_time",
        version: 1,
        name: text("按时点亮", "Fulfilled on time"),
        unit: Unit::Wishes,
        numerator: text(
            "已点亮，且从没因超期自动上报或进红名单，按采集组织的层级列出",
            "fulfilled, and never sent up by time nor on the red list by it; by the level of who collected them",
        ),
        denominator: Some(text("已点亮的心愿", "wishes that are fulfilled")),
        window: COHORT,
        exclusions: text("还没点亮的", "those that are not fulfilled"),
        sample: text("同分母", "the denominator"),
        sums: Sums {
            numerator: &[All(M::LevelOnTime)],
            denominator: &[All(M::LevelLit)],
            excluded: &[All(M::Collected), Less(M::Standing, "fulfilled")],
            sample: &[All(M::LevelLit)],
            parts: Some((M::LevelOnTime, Some(M::LevelLit))),
            ..NONE
        },
    },
    by(
        "by_category",
        text("按类别", "By category"),
        text("记下的心愿，按类别", "wishes written down, by category"),
        M::CategoryLit,
        M::Category,
        &[All(M::CategoryLit)],
        &[All(M::Category)],
    ),
    by(
        "by_level",
        text("按层级", "By level"),
        text("记下的心愿，按采集组织的层级", "wishes written down, by the level of who collected them"),
        M::LevelLit,
        M::Level,
        &[All(M::LevelLit)],
        &[All(M::Level)],
    ),
    by(
        "by_group",
        text("按人群", "By group"),
        text(
            "记下的心愿，按居民记下时的年龄段；不知道或已删除的归“未知”",
            "wishes written down, by the resident's age then, in tens of years; unknown where it is not known or was erased",
        ),
        M::GroupLit,
        M::Group,
        &[All(M::GroupLit)],
        &[All(M::Group)],
    ),
    Definition {
        id: "first_answer",
        version: 1,
        name: text("首次答复用时", "Time to first answer"),
        unit: Unit::Days,
        numerator: text(
            "提交后得到首次答复（通过、退回、不予办理）的心愿；用时为两日期之差，取中位数和九成",
            "wishes that had a first answer (published, returned, declined) after they were handed in; days between the two dates, as median and ninth of ten",
        ),
        denominator: Some(text("提交过的心愿", "wishes that were handed in")),
        window: COHORT,
        exclusions: text("没有提交过的", "those never handed in"),
        sample: text("得到答复的心愿", "wishes with an answer"),
        sums: Sums {
            numerator: &[All(M::AnswerDays)],
            denominator: &[All(M::Submitted)],
            sample: &[All(M::AnswerDays)],
            waits: Some(M::AnswerDays),
            ..NONE
        },
    },
    Definition {
        id: "lighting",
        version: 1,
        name: text("点亮用时", "Time to fulfilment"),
        unit: Unit::Days,
        numerator: text(
            "已点亮的心愿；用时为首次上墙到点亮两日期之差，120 天以上按 120 天，取中位数和九成",
            "wishes that are fulfilled; days from first coming on the wall, 120 where longer, as median and ninth of ten",
        ),
        denominator: None,
        window: COHORT,
        exclusions: text("还没点亮的", "those that are not fulfilled"),
        sample: text("同分子", "the numerator"),
        sums: Sums {
            numerator: &[All(M::LightingDays)],
            sample: &[All(M::LightingDays)],
            waits: Some(M::LightingDays),
            ..NONE
        },
    },
    Definition {
        id: "satisfaction",
        version: 1,
        name: text("满意度", "Satisfaction"),
        unit: Unit::Wishes,
        numerator: text(
            "居民打 4 分或 5 分的心愿，各分数列出",
            "wishes that the resident rated 4 or 5; each rating is listed",
        ),
        denominator: Some(text("居民回答了的心愿", "wishes of which the resident answered")),
        window: COHORT,
        exclusions: text("没有回答的不算满意也不算不满意", "who did not answer is neither"),
        sample: text(
            "可以问的心愿：已点亮的，含拆出的部分",
            "wishes that can be asked of: those fulfilled, also parts that were split off",
        ),
        sums: Sums {
            numerator: &[Part(M::Rating, "4"), Part(M::Rating, "5")],
            denominator: &[All(M::Rating)],
            sample: &[All(M::Asked)],
            parts: Some((M::Rating, None)),
            ..NONE
        },
    },
    Definition {
        id: "independent",
        version: 1,
        name: text("第三人回访属实", "Confirmed by somebody else"),
        unit: Unit::Wishes,
        numerator: text(
            "没有经手的人再问，居民说属实的心愿",
            "wishes of which the resident told somebody who had no part in them that it is as was reported",
        ),
        denominator: Some(text(
            "抽中回访、联系上居民的心愿",
            "wishes that were drawn and whose resident was reached",
        )),
        window: COHORT,
        exclusions: text("没联系上、还没问的", "residents not reached or not asked yet"),
        sample: text("抽中的心愿", "wishes that were drawn"),
        sums: Sums {
            numerator: &[Part(M::SpotCheck, "as_reported")],
            denominator: &[
                Part(M::SpotCheck, "as_reported"),
                Part(M::SpotCheck, "did_not_arrive"),
                Part(M::SpotCheck, "does_not_work"),
            ],
            excluded: &[Part(M::SpotCheck, "not_reached"), Part(M::SpotCheck, "unknown")],
            sample: &[All(M::SpotCheck)],
            ..NONE
        },
    },
    Definition {
        id: "reopened",
        version: 1,
        name: text("重开", "Reopened"),
        unit: Unit::Wishes,
        numerator: text("重开过的心愿", "wishes that were reopened"),
        denominator: Some(text("至少点亮过一次的心愿", "wishes that were fulfilled at least once")),
        window: COHORT,
        exclusions: WHOLE,
        sample: text("同分母", "the denominator"),
        sums: Sums {
            numerator: &[All(M::Reopened)],
            denominator: &[All(M::EverLit)],
            sample: &[All(M::EverLit)],
            ..NONE
        },
    },
    Definition {
        id: "lapsed",
        version: 1,
        name: text("认领到期未办", "Claims that lapsed"),
        unit: Unit::Claims,
        numerator: text("到期自动还回的认领", "claims that ran over their time"),
        denominator: Some(text("做出的认领，含派单", "claims that were made, dispatched ones too")),
        window: COHORT,
        exclusions: NOTHING,
        sample: text("同分母", "the denominator"),
        sums: Sums {
            numerator: &[All(M::ClaimsLapsed)],
            denominator: &[All(M::Claims)],
            sample: &[All(M::Claims)],
            ..NONE
        },
    },
    Definition {
        id: "red_listed",
        version: 1,
        name: text("红名单", "On the red list"),
        unit: Unit::Wishes,
        numerator: text("现在在红名单上的心愿", "wishes that are on the red list now"),
        denominator: None,
        window: COHORT,
        exclusions: NOTHING,
        sample: OF_COLLECTED,
        sums: Sums { numerator: &[All(M::RedListed)], sample: &[All(M::Collected)], ..NONE },
    },
    Definition {
        id: "residents_reached",
        version: 1,
        name: text("点亮过的居民", "Residents reached"),
        unit: Unit::Residents,
        numerator: text("居民，各算一次", "residents, each once"),
        denominator: None,
        window: text(
            "按其第一个点亮的心愿点亮的月份",
            "by the month in which the first of their fulfilled wishes was",
        ),
        exclusions: text("在时段以前已经点亮过的", "those who were reached before the window"),
        sample: text("同分子", "the numerator"),
        sums: Sums { numerator: &[All(M::ResidentsReached)], sample: &[All(M::ResidentsReached)], ..NONE },
    },
    Definition {
        id: "households_reached",
        version: 1,
        name: text("点亮过的户", "Households reached"),
        unit: Unit::Households,
        numerator: text("户，各算一次", "households, each once"),
        denominator: None,
        window: text(
            "按其第一个点亮的心愿点亮的月份",
            "by the month in which the first of their fulfilled wishes was",
        ),
        exclusions: text("在时段以前已经点亮过的", "those that were reached before the window"),
        sample: text("同分子", "the numerator"),
        sums: Sums { numerator: &[All(M::HouseholdsReached)], sample: &[All(M::HouseholdsReached)], ..NONE },
    },
    Definition {
        id: "coverage",
        version: 1,
        name: text("居民覆盖", "Residents covered"),
        unit: Unit::Residents,
        numerator: text(
            "记下过心愿的居民（记下过、点亮过、从没有三种列出）",
            "residents of whom a wish was ever written down; never, met and reached are listed",
        ),
        denominator: Some(text("有记录的困难居民", "residents in difficulty who are known")),
        window: text("现在，不分时段", "as of now, whatever the window"),
        exclusions: text("已删除的居民", "residents who were erased"),
        sample: text("同分母", "the denominator"),
        sums: Sums {
            numerator: &[Part(M::Residents, "met"), Part(M::Residents, "reached")],
            denominator: &[All(M::Residents)],
            sample: &[All(M::Residents)],
            parts: Some((M::Residents, None)),
            ..NONE
        },
    },
    Definition {
        id: "household_coverage",
        version: 1,
        name: text("户覆盖", "Households covered"),
        unit: Unit::Households,
        numerator: text(
            "记下过心愿的户（记下过、点亮过、从没有三种列出）",
            "households of whom a wish was ever written down; never, met and reached are listed",
        ),
        denominator: Some(text("有记录的困难户", "households in difficulty that are known")),
        window: text("现在，不分时段", "as of now, whatever the window"),
        exclusions: text("居民都已删除的户", "households whose residents were all erased"),
        sample: text("同分母", "the denominator"),
        sums: Sums {
            numerator: &[Part(M::Households, "met"), Part(M::Households, "reached")],
            denominator: &[All(M::Households)],
            sample: &[All(M::Households)],
            parts: Some((M::Households, None)),
            ..NONE
        },
    },
    Definition {
        id: "worth",
        version: 1,
        name: text("送达物资价值", "Worth of what was brought"),
        unit: Unit::Fen,
        numerator: text(
            "送达记录里的价值，含待居民点头的",
            "worth in records of delivery, also those that wait for the resident's word",
        ),
        denominator: None,
        window: COHORT,
        exclusions: text(
            "工时不折钱；还回和收回的",
            "hours are not money; what was given back or taken back",
        ),
        sample: OF_COLLECTED,
        sums: Sums { numerator: &[All(M::WorthFen)], sample: &[All(M::Collected)], ..NONE },
    },
    Definition {
        id: "goods",
        version: 1,
        name: text("收到的物品", "Goods that arrived"),
        unit: Unit::Goods,
        numerator: text(
            "居民点头收到的件数，只算以件计的心愿",
            "items whose arrival was confirmed, of wishes that are counted in items",
        ),
        denominator: None,
        window: COHORT,
        exclusions: text("以人、小时、次、钱计的心愿", "wishes counted in persons, hours, visits or money"),
        sample: OF_COLLECTED,
        sums: Sums { numerator: &[All(M::Goods)], sample: &[All(M::Collected)], ..NONE },
    },
    Definition {
        id: "hours",
        version: 1,
        name: text("工时", "Hours"),
        unit: Unit::QuarterHours,
        numerator: text(
            "送达记录里的人工时，按刻钟计",
            "person-hours in records of delivery, in quarter hours",
        ),
        denominator: None,
        window: COHORT,
        exclusions: text("还回和收回的", "what was given back or taken back"),
        sample: OF_COLLECTED,
        sums: Sums { numerator: &[All(M::QuarterHours)], sample: &[All(M::Collected)], ..NONE },
    },
    Definition {
        id: "staff_minutes",
        version: 1,
        name: text("一件心愿的工作用时", "Staff time per wish"),
        unit: Unit::Minutes,
        numerator: text(
            "工作人员自己记下的分钟数：上门、审核、陪同送达、回访",
            "minutes that staff noted themselves: at the door, reviewing, going along, asking again",
        ),
        denominator: Some(text(
            "记过用时的心愿；相除为平均每件的分钟数",
            "wishes of which any were noted; the one by the other is the mean per wish",
        )),
        window: COHORT,
        exclusions: text(
            "没有记用时的心愿（记不记由各人）；认领方的工时另计",
            "wishes of which none were noted, which nobody has to; claimants' hours are told by themselves",
        ),
        sample: text(
            "记过用时的心愿，含拆出的部分",
            "wishes of which any were noted, also parts that were split off",
        ),
        sums: Sums {
            numerator: &[All(M::StaffMinutes)],
            denominator: &[All(M::Timed)],
            sample: &[All(M::Timed)],
            ..NONE
        },
    },
];
