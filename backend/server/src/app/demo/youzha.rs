//! 油榨社区, 2014: a circle that takes people in, a talk before the exams, a light in a corridor, and an old woman to whom
//! somebody comes again and again.

use super::stage::{Resident, Stage, Told};
use crate::problem::Failure;
use domain::{
    membership::Role,
    organisation::{Kind, Level},
    visit::Findings,
    wish::{Channel, ToldBy, Unit},
};

pub(super) fn play(stage: &mut Stage) -> Result<(), Failure> {
    let community = stage.found(80, "油榨社区", Level::Village, "yz-admin", "社区管理员 罗")?;
    stage.on(80, "yz-admin")?;
    let school = stage.organisation(community, "辖区某中学", Level::Unit, Kind::School, None)?;
    let shop = stage.organisation(community, "街口五金店", Level::Unit, Kind::Company, None)?;
    stage.member(community, "youzha", "社区协调员 石", Role::Coordinator)?;
    stage.member(community, "yz-grid", "网格员 严", Role::Collector)?;
    stage.member(community, "yz-reviewer", "社区审核人 冯", Role::Reviewer)?;
    stage.member(school, "yz-school", "心理老师 邹", Role::Manager)?;
    stage.member(shop, "yz-shop", "店主 金", Role::Manager)?;
    let school = stage.claimant(school, "辖区某中学", &["心理疏导"])?;
    let shop = stage.claimant(shop, "街口五金店", &["电工"])?;
    stage.open_circle(community)?;
    stage.apply(3, community, ("巷口理发店", "小韦"), "每月能上门剪两次，老人家不收钱。")?;

    stage.on(66, "yz-grid")?;
    let son = Resident { name: "郑某", age: 18, hardships: &["重病家庭"], guardian: None };
    let son = stage.resident(community, &son)?;
    let old = Resident { name: "曹某某", age: 79, hardships: &["独居"], guardian: None };
    let old = stage.resident(community, &old)?;
    let talk = stage.told(
        son,
        community,
        &Told {
            title: "考试前，想找人聊聊",
            summary: "一名高三学生的母亲病着，他夜里睡不好，想找懂的人说说话。",
            details: "周末下午有空。",
            category: "company",
            quantity: 2,
            shares: &[],
            unit: Unit::Hour,
            cost_yuan: 0,
            channel: Channel::HomeVisit,
            told_by: ToldBy::Relative,
        },
    )?;
    let light = stage.told(
        old,
        community,
        &Told {
            title: "走廊的灯坏了，夜里不敢出门",
            summary: "一位老人住走廊尽头，灯坏了半年，电费也没有人牵头。",
            details: "",
            category: "hand",
            quantity: 1,
            shares: &[],
            unit: Unit::Item,
            cost_yuan: 60,
            channel: Channel::HomeVisit,
            told_by: ToldBy::Staff,
        },
    )?;
    stage.on(64, "yz-reviewer")?.publish(talk, None)?;
    stage.publish(light, None)?;
    let talk_claim = stage.on(62, "yz-school")?.claim(talk, school, 2)?;
    let light_claim = stage.on(62, "yz-shop")?.claim(light, shop, 1)?;
    stage.on(60, "yz-shop")?.deliver(
        light_claim,
        "换了新灯，另留了三百元电费。",
        &[("走廊灯", 1, 58), ("电费", 1, 300)],
        1,
    )?;
    stage.on(56, "yz-school")?.deliver(talk_claim, "聊了两个小时，约好考完再见一次。", &[], 2)?;
    stage.on(55, "yz-grid")?.confirm(light_claim)?;
    stage.confirm(talk_claim)?;
    stage.rate(light, 5, "晚上敢去倒垃圾了。")?;
    stage.rate(talk, 5, "睡得着了。")?;

    // She said in passing that she is lonely.
    let word = "灯修好那天她说了一句“就是没人说话”。请店里的师傅两周去坐一坐。";
    let pair = stage.on(50, "youzha")?.pair(old, shop, 14, word)?;
    stage.on(49, "yz-shop")?.accept_pair(pair)?;
    stage.on(36, "yz-shop")?.visit(
        pair,
        Findings {
            health: Some("膝盖疼，上楼要歇两次。".into()),
            benefits: Some("高龄津贴还没有办，社区在问。".into()),
            ..Findings::default()
        },
    )?;
    stage.on(23, "yz-shop")?.visit(
        pair,
        Findings {
            treatment: Some("去过社区医院，开了外用药。".into()),
            benefits: Some("高龄津贴办下来了。".into()),
            ..Findings::default()
        },
    )?;
    stage
        .on(9, "yz-shop")?
        .visit(pair, Findings { health: Some("精神好，织了一条围巾。".into()), ..Findings::default() })
}
