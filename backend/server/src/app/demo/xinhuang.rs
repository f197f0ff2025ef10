//! 新晃县, 2022: a drive whose money is spent on wishes that can be named, packs for named children, and an association
//! that does small things.

use super::stage::{Gift, Resident, Stage, Told};
use crate::problem::Failure;
use domain::{
    id::{BeneficiaryId, ClaimantId, OrganisationId, WishId},
    membership::Role,
    organisation::{Kind, Level},
    wish::{Channel, ToldBy, Unit},
};

/// What children of a school are called here.
const PUPILS: [[&str; 5]; 2] =
    [["吴某", "姚某", "杨某", "蒲某", "田某"], ["张某", "黄某", "龙某", "江某", "彭某"]];

pub(super) fn play(stage: &mut Stage) -> Result<(), Failure> {
    let county = stage.found(70, "新晃县", Level::County, "xh-admin", "县管理员 姚")?;
    stage.on(70, "xh-admin")?;
    let town = stage.organisation(county, "某镇", Level::Township, Kind::Government, Some("431227101"))?;
    let village =
        stage.organisation(town, "禾排村", Level::Village, Kind::Community, Some("431227101201"))?;
    let schools = [
        stage.organisation(county, "县某小学", Level::Village, Kind::School, None)?,
        stage.organisation(county, "镇某小学", Level::Village, Kind::School, None)?,
    ];
    let company = stage.organisation(county, "县某公司", Level::Unit, Kind::Company, None)?;
    let elders = stage.organisation(county, "老年志愿者协会", Level::Unit, Kind::Association, None)?;
    stage.member(county, "xinhuang", "县协调员 杨", Role::Coordinator)?;
    stage.member(county, "xh-reviewer", "县审核人 蒲", Role::Reviewer)?;
    stage.member(village, "xh-village", "村委 吴", Role::Collector)?;
    stage.member(schools[0], "xh-teacher", "班主任 谭", Role::Collector)?;
    stage.member(schools[1], "xh-teacher2", "班主任 龙", Role::Collector)?;
    stage.member(company, "xh-company", "公司联系人 田", Role::Manager)?;
    stage.member(elders, "xh-elders", "协会联系人 江", Role::Manager)?;
    let company = stage.claimant(company, "县某公司", &["运送"])?;
    let elders = stage.claimant(elders, "老年志愿者协会", &["走访", "陪伴"])?;

    let drive = stage.on(50, "xinhuang")?.campaign(
        county,
        ("温暖行动·关爱困境妇女儿童", "干部职工、会员和乡亲们一起出力，每一笔钱花在哪一件心愿上，都看得见。"),
        90,
        60,
    )?;
    let purpose = "给困境中的妇女、老人和孩子添用得上的东西，修住得下的房。";
    let pool = stage.on(50, "xh-admin")?.pool(county, drive, ("温暖行动善款池", purpose), 1000)?;
    packs(stage, county, schools, company)?;
    small_things(stage, (village, county), elders)?;
    let gifts = [(45, 20, 20), (42, 8, 100), (40, 2, 1000), (30, 12, 50), (12, 5, 200)];
    let gifts = gifts.map(|(days_ago, people, yuan)| Gift { days_ago, people, yuan });
    stage.on(46, "xh-admin")?.gifts(county, pool, &gifts)?;

    // Above the limit, so a second person said yes; bought for less, and the rest is still set aside.
    let chair = wheelchair(stage, (village, county))?;
    let asked = stage.on(18, "xinhuang")?.ask(pool, chair, 1600)?;
    stage.on(17, "xh-admin")?.approve(asked)?;
    let claim = stage.on(16, "xh-elders")?.claim(chair, elders, 1)?;
    stage.on(14, "xinhuang")?.spend(asked, 1480, "24432000000087654321")?;
    stage.on(13, "xh-elders")?.deliver(claim, "推着在院坝里走了两圈。", &[("轮椅", 1, 1480)], 2)?;
    stage.on(11, "xh-village")?.confirm(claim)?;
    stage.rate(chair, 5, "终于能到门口晒太阳了。")?;
    // This one waits for the second person.
    let roof = roof(stage, (village, county))?;
    stage.on(1, "xinhuang")?.ask(pool, roof, 2200).map(|_| ())
}

/// Packs for the children of two schools, each for the child it was meant for.
fn packs(
    stage: &mut Stage,
    county: OrganisationId,
    schools: [OrganisationId; 2],
    by: ClaimantId,
) -> Result<(), Failure> {
    let mut wishes = Vec::new();
    for ((school, teacher), names) in schools.into_iter().zip(["xh-teacher", "xh-teacher2"]).zip(PUPILS) {
        stage.on(38, teacher)?;
        for name in names {
            let guardian = Some(("家里人", "监护人"));
            let child =
                stage.resident(school, &Resident { name, age: 9, hardships: &["困难家庭"], guardian })?;
            wishes.push(stage.told(child, school, &pack())?);
        }
    }
    stage.on(37, "xh-reviewer")?;
    for &wish in &wishes {
        stage.publish(wish, Some(county))?;
    }
    stage.on(35, "xh-company")?;
    let mut claims = Vec::new();
    for &wish in &wishes {
        claims.push(stage.claim(wish, by, 1)?);
    }
    stage.on(33, "xh-company")?.deliver_packs(&claims, ("开学礼包", 120), 6)?;
    stage.on(32, "xinhuang")?;
    for (claim, wish) in claims.into_iter().zip(wishes) {
        stage.confirm(claim)?;
        stage.rate(wish, 5, "拿到的那一份写着自己的班。")?;
    }
    Ok(())
}

fn pack() -> Told {
    Told {
        title: "想有一个开学礼包",
        summary: "开学要用的书包、本子和水彩笔，想和同桌的一样新。",
        details: "",
        category: "study",
        quantity: 1,
        shares: &[],
        unit: Unit::Item,
        cost_yuan: 120,
        channel: Channel::Meeting,
        told_by: ToldBy::Staff,
    }
}

/// For a man over ninety who has a cold, by people who are not young themselves.
fn small_things(
    stage: &mut Stage,
    (village, county): (OrganisationId, OrganisationId),
    by: ClaimantId,
) -> Result<(), Failure> {
    let of = &Resident { name: "杨某某", age: 92, hardships: &["独居", "高龄"], guardian: None };
    let man = stage.on(28, "xh-village")?.resident(village, of)?;
    let things = [
        ("感冒了，想有人送点药来", "感冒药和维生素", 46, 24),
        ("想喝一口热牛奶", "牛奶两提", 118, 20),
        ("九十二岁生日，想吃一块蛋糕", "生日蛋糕", 88, 8),
    ];
    for (title, item, yuan, days_ago) in things {
        let wish = published(stage, days_ago + 2, (man, village, county), &errand(title))?;
        let claim = stage.on(days_ago + 1, "xh-elders")?.claim(wish, by, 1)?;
        stage.on(days_ago, "xh-elders")?.deliver(
            claim,
            "陪着坐了一会儿，把水烧好才走。",
            &[(item, 1, yuan)],
            2,
        )?;
        stage.on(days_ago - 1, "xh-village")?.confirm(claim)?;
    }
    Ok(())
}

fn errand(title: &'static str) -> Told {
    Told {
        title,
        summary: "一位九旬老人独自住，子女在外，自己走不到街上。",
        details: "",
        category: "company",
        quantity: 1,
        shares: &[],
        unit: Unit::Visit,
        cost_yuan: 0,
        channel: Channel::HomeVisit,
        told_by: ToldBy::Neighbour,
    }
}

fn wheelchair(
    stage: &mut Stage,
    (village, county): (OrganisationId, OrganisationId),
) -> Result<WishId, Failure> {
    let of = &Resident { name: "姚某某", age: 61, hardships: &["残疾"], guardian: None };
    let woman = stage.on(22, "xh-village")?.resident(village, of)?;
    let told = Told {
        title: "想有一辆自己推得动的轮椅",
        summary: "一位大姐中风后走不了路，原来那辆轮子坏了，出门要靠人背。",
        details: "门宽七十厘米，要窄一点的。",
        category: "thing",
        quantity: 1,
        shares: &[],
        unit: Unit::Item,
        cost_yuan: 1600,
        channel: Channel::HomeVisit,
        told_by: ToldBy::Relative,
    };
    published(stage, 21, (woman, village, county), &told)
}

fn roof(stage: &mut Stage, (village, county): (OrganisationId, OrganisationId)) -> Result<WishId, Failure> {
    let of = &Resident { name: "蒲某某", age: 67, hardships: &["低保"], guardian: None };
    let mother = stage.on(10, "xh-village")?.resident(village, of)?;
    let told = Told {
        title: "下雨天，想让屋里不再接水",
        summary: "一位奶奶带着孙女住老屋，瓦碎了几处，落雨时床前摆着三个盆。",
        details: "村里有人会盖瓦，差料钱。",
        category: "hand",
        quantity: 1,
        shares: &[],
        unit: Unit::Item,
        cost_yuan: 2200,
        channel: Channel::Petition,
        told_by: ToldBy::Myself,
    };
    published(stage, 9, (mother, village, county), &told)
}

/// A wish of the village, collected on a day and published in the county on the next.
fn published(
    stage: &mut Stage,
    days_ago: i64,
    (of, village, county): (BeneficiaryId, OrganisationId, OrganisationId),
    told: &Told,
) -> Result<WishId, Failure> {
    let wish = stage.on(days_ago, "xh-village")?.told(of, village, told)?;
    stage.on(days_ago - 1, "xh-reviewer")?.publish(wish, Some(county))?;
    Ok(wish)
}
