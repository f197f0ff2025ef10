//! 甲院社区, 2022: before the Spring Festival a call goes to all branches and teams of a provincial headquarters, and is
//! followed to the last household. It is still running: some are served, and two have nobody yet.

use super::stage::{Resident, Stage, Told};
use crate::problem::Failure;
use domain::{
    id::{ClaimId, ClaimantId, WishId},
    membership::Role,
    organisation::{Kind, Level},
    wish::{Channel, ToldBy, Unit},
};

/// A title, a text for the wall and a category.
type Said = (&'static str, &'static str, &'static str);

/// What every household is brought.
const BASICS: Said =
    ("过年的米面油蛋和一副对联", "年前想备齐米、面、油、鸡蛋和水果，门上贴一副新对联。", "thing");

/// The households, and what some of them wish for besides.
const HOUSEHOLDS: [(&str, i32, &[&str], Option<Said>); 8] = [
    ("邱某某", 74, &["独居"], None),
    (
        "温某某",
        58,
        &["残疾"],
        Some(("想把屋子好好扫一遍", "一位行动不便的大哥，年前想把屋里屋外扫一遍，高处够不着。", "hand")),
    ),
    (
        "骆某某",
        81,
        &["高龄"],
        Some(("想有人陪着说说话", "一位八旬奶奶耳朵还好，就是白天没有人说话。", "company")),
    ),
    ("侯某某", 46, &["重病家庭"], None),
    ("谭某某", 63, &["低保"], None),
    ("甘某某", 70, &["独居"], None),
    ("柏某某", 52, &["缺劳力"], None),
    (
        "聂某某",
        67,
        &["低保"],
        Some(("给上学的孙女添一套文具", "一位奶奶带着孙女，新学期想给孩子添一套文具。", "study")),
    ),
];

pub(super) fn play(stage: &mut Stage) -> Result<(), Failure> {
    let area = stage.found(40, "甲院片区", Level::County, "jy-admin", "片区管理员 尹")?;
    stage.on(40, "jy-admin")?;
    let street = stage.organisation(area, "某街道", Level::Township, Kind::Government, Some("990402001"))?;
    let community =
        stage.organisation(street, "甲院社区", Level::Village, Kind::Community, Some("990402001001"))?;
    let headquarters = stage.organisation(area, "省公安机关党委", Level::Unit, Kind::Agency, None)?;
    stage.member(area, "jiayuan", "片区协调员 汪", Role::Coordinator)?;
    stage.member(community, "jy-grid", "网格员 毕", Role::Collector)?;
    let mut unit = |username, name, kind| {
        let at = stage.organisation(headquarters, name, Level::Unit, kind, None)?;
        stage.member(at, username, name, Role::Manager)?;
        Ok::<_, Failure>((username, stage.claimant(at, name, &["走访"])?))
    };
    let branches =
        [unit("jy-first", "第一党支部", Kind::Branch)?, unit("jy-second", "第二党支部", Kind::Branch)?];
    let team = unit("jy-youth", "青年志愿队", Kind::Association)?;

    stage.on(6, "jy-grid")?;
    let (mut basics, mut own) = (Vec::new(), Vec::new());
    for (name, age, hardships, besides) in HOUSEHOLDS {
        let of = stage.resident(community, &Resident { name, age, hardships, guardian: None })?;
        basics.push(stage.told(of, community, &told(BASICS))?);
        if let Some(said) = besides {
            own.push(stage.told(of, community, &told(said))?);
        }
    }
    let all = basics.iter().chain(&own).copied().collect();
    stage.on(4, "jiayuan")?.call((area, headquarters), "春节前，让每一户都有人上门", all, 5)?;
    // Two households are served, two wait to be asked, for two somebody is on the way.
    for (place, wish) in basics.into_iter().enumerate() {
        match place {
            0 | 1 => {
                let claim = brought(stage, branches[0], wish)?;
                stage.on(1, "jy-grid")?.confirm(claim)?;
            }
            2 | 3 => {
                brought(stage, branches[1], wish)?;
            }
            4 | 5 => {
                stage.on(2, team.0)?.claim(wish, team.1, 1)?;
            }
            _ => {}
        }
    }
    if let [cleaning, ..] = own[..] {
        let claim = stage.on(3, team.0)?.claim(cleaning, team.1, 1)?;
        stage.on(1, team.0)?.deliver(claim, "三个人扫了一个上午，窗也擦了。", &[], 6)?;
    }
    Ok(())
}

fn brought(
    stage: &mut Stage,
    (username, by): (&'static str, ClaimantId),
    wish: WishId,
) -> Result<ClaimId, Failure> {
    let claim = stage.on(3, username)?.claim(wish, by, 1)?;
    let items = [("米面油", 1, 180), ("鸡蛋和水果", 1, 90), ("对联", 1, 10)];
    stage.on(2, username)?.deliver(claim, "坐下聊了聊，留了电话。", &items, 1)?;
    Ok(claim)
}

fn told((title, summary, category): Said) -> Told {
    Told {
        title,
        summary,
        details: "",
        category,
        quantity: 1,
        shares: &[],
        unit: Unit::Item,
        cost_yuan: 0,
        channel: Channel::HomeVisit,
        told_by: ToldBy::Staff,
    }
}
