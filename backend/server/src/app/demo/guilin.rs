//! 桂林市七星区, 2023: five wishes, five claimants; and a wall with more that wait.

use super::stage::{Resident, Stage, Told};
use crate::problem::Failure;
use domain::{
    membership::Role,
    organisation::{Kind, Level},
    wish::{Channel, ToldBy, Unit},
};

pub(super) fn play(stage: &mut Stage) -> Result<(), Failure> {
    let district = stage.found(60, "七星区", Level::County, "admin", "管理员 林")?;
    stage.on(60, "admin")?;
    let street =
        stage.organisation(district, "甲街道", Level::Township, Kind::Government, Some("450305001"))?;
    let town = stage.organisation(district, "乙乡", Level::Township, Kind::Government, Some("450305101"))?;
    let first =
        stage.organisation(street, "甲社区", Level::Village, Kind::Community, Some("450305001001"))?;
    let second =
        stage.organisation(street, "穿山社区", Level::Village, Kind::Community, Some("450305001002"))?;
    let village =
        stage.organisation(town, "汇丰村", Level::Village, Kind::Community, Some("450305101201"))?;
    let nursing = stage.organisation(district, "区护理院", Level::Unit, Kind::Company, None)?;
    let finance = stage.organisation(district, "区财政局", Level::Unit, Kind::Agency, None)?;
    let branch = stage.organisation(district, "区机关党支部", Level::Unit, Kind::Branch, None)?;
    let office = stage.organisation(district, "区某办公室", Level::Unit, Kind::Agency, None)?;
    let company = stage.organisation(district, "本地某公司", Level::Unit, Kind::Company, None)?;

    stage.member(first, "collector", "网格员 周", Role::Collector)?;
    stage.member(town, "collector2", "网格员 覃", Role::Collector)?;
    stage.member(second, "collector3", "网格员 莫", Role::Collector)?;
    stage.member(district, "reviewer", "审核人 黄", Role::Reviewer)?;
    stage.member(district, "coordinator", "协调员 刘", Role::Coordinator)?;
    stage.member(village, "huifeng", "汇丰村村委 覃", Role::Coordinator)?;
    stage.member(town, "town", "乙乡协调员 韦", Role::Coordinator)?;
    stage.member(district, "auditor", "监督员 何", Role::Auditor)?;
    stage.member(district, "officer", "儿童个人信息负责人 卢", Role::ChildOfficer)?;
    stage.member(branch, "manager", "支部联系人 赵", Role::Manager)?;
    stage.member(nursing, "nursing", "护理院联系人 唐", Role::Manager)?;
    stage.member(finance, "finance", "财政局联系人 蒋", Role::Manager)?;
    stage.member(office, "office", "办公室联系人 李", Role::Manager)?;
    stage.member(company, "company", "公司联系人 秦", Role::Manager)?;
    let nursing = stage.claimant(nursing, "区护理院", &["义诊", "理发", "护理"])?;
    let finance = stage.claimant(finance, "区财政局志愿队", &["助学"])?;
    let branch = stage.claimant(branch, "区机关党支部", &["走访"])?;
    let office = stage.claimant(office, "区某办公室", &["搬运"])?;
    let company = stage.claimant(company, "本地某公司", &["家电"])?;

    let together = stage.on(25, "coordinator")?.campaign(
        district,
        (
            "点亮微心愿·党群圆梦行",
            "各支部、各单位一起，把墙上等着的心愿一盏一盏点亮。人人都可以来，不分大小。",
        ),
        60,
        20,
    )?;
    stage.on(25, "manager")?.pledge(together, branch, 3)?;

    stage.on(24, "collector")?;
    let sister =
        stage.resident(first, &Resident { name: "陆某某", age: 46, hardships: &["残疾"], guardian: None })?;
    let mother = stage
        .resident(first, &Resident { name: "廖某某", age: 58, hardships: &["重病家庭"], guardian: None })?;
    let lonely =
        stage.resident(first, &Resident { name: "陈某某", age: 82, hardships: &["独居"], guardian: None })?;
    let visit = stage.told(
        sister,
        first,
        &Told {
            title: "想请医生上门看看，再理个发",
            summary: "一位残疾姐姐出门不便，父母也病着。想请医生上门量一量血压血糖，也想把头发理一理。",
            details: "上午精神好。两项服务可以同一天来。",
            category: "health",
            quantity: 2,
            shares: &["上门看诊", "上门理发"],
            unit: Unit::Visit,
            cost_yuan: 0,
            channel: Channel::HomeVisit,
            told_by: ToldBy::Myself,
        },
    )?;
    let juicer = stage.told(
        mother,
        first,
        &Told {
            title: "想要一台榨汁机",
            summary: "一位母亲的儿子卧床，要靠流食。旧机器坏了，每餐要用筛子慢慢滤。",
            details: "儿子从去年二月起昏迷，家里还有别的难处，去的人请多问一句。",
            category: "thing",
            quantity: 1,
            shares: &[],
            unit: Unit::Item,
            cost_yuan: 260,
            channel: Channel::HomeVisit,
            told_by: ToldBy::Staff,
        },
    )?;
    let lamp = stage.told(
        lonely,
        first,
        &Told {
            title: "楼道里想有一盏夜里亮的灯",
            summary: "一位独居老人住三楼，夜里回家看不清台阶。想请人装一盏声控灯。",
            details: "",
            category: "hand",
            quantity: 1,
            shares: &[],
            unit: Unit::Item,
            cost_yuan: 120,
            channel: Channel::ServiceHall,
            told_by: ToldBy::Neighbour,
        },
    )?;
    stage.on(23, "collector3")?;
    let pupil = stage.resident(
        second,
        &Resident {
            name: "潘某", age: 9, hardships: &["困难家庭"], guardian: Some(("潘某某", "父亲"))
        },
    )?;
    let desk = stage.told(
        pupil,
        second,
        &Told {
            title: "想有一张自己的书桌",
            summary: "一名小学生一直在饭桌上写作业。想要一张小书桌，放得下台灯和课本就好。",
            details: "",
            category: "study",
            quantity: 1,
            shares: &[],
            unit: Unit::Item,
            cost_yuan: 260,
            channel: Channel::HomeVisit,
            told_by: ToldBy::Relative,
        },
    )?;
    stage.on(22, "collector2")?;
    let boy = stage.resident(
        village,
        &Resident {
            name: "蓝某", age: 11, hardships: &["困难家庭"], guardian: Some(("蓝某某", "祖母"))
        },
    )?;
    let walker = stage
        .resident(village, &Resident { name: "覃某某", age: 80, hardships: &["孤寡"], guardian: None })?;
    let farmer = stage
        .resident(village, &Resident { name: "韦某某", age: 55, hardships: &["缺劳力"], guardian: None })?;
    let bag = stage.told(
        boy,
        village,
        &Told {
            title: "新学期想有一个书包和文具",
            summary: "一名小学生的书包背了四年，带子断过两次。想要一个新书包和一套文具。",
            details: "",
            category: "study",
            quantity: 1,
            shares: &[],
            unit: Unit::Item,
            cost_yuan: 180,
            channel: Channel::HomeVisit,
            told_by: ToldBy::Relative,
        },
    )?;
    let radio = stage.told(
        walker,
        village,
        &Told {
            title: "散步时，想听听戏",
            summary: "一位八旬爷爷眼睛不好，字看不清了，想要一台按键大、声音响的收音机。",
            details: "",
            category: "thing",
            quantity: 1,
            shares: &[],
            unit: Unit::Item,
            cost_yuan: 100,
            channel: Channel::Meeting,
            told_by: ToldBy::Myself,
        },
    )?;
    let oranges = stage.told(
        farmer,
        village,
        &Told {
            title: "柑橘熟了，想请人一起摘两天",
            summary: "一个人照看四亩果园，今年熟得齐，再不摘就要落。不要钱物，只要人手。",
            details: "自带水壶，午饭管。",
            category: "hand",
            quantity: 20,
            shares: &[],
            unit: Unit::Person,
            cost_yuan: 0,
            channel: Channel::Meeting,
            told_by: ToldBy::Myself,
        },
    )?;

    stage.on(8, "reviewer")?;
    for wish in [visit, juicer, lamp, desk, bag, radio, oranges] {
        stage.publish(wish, Some(district))?;
    }
    let visit_claim = stage.on(7, "nursing")?.claim(visit, nursing, 2)?;
    let bag_claim = stage.on(7, "finance")?.claim(bag, finance, 1)?;
    let radio_claim = stage.on(7, "manager")?.claim(radio, branch, 1)?;
    let desk_claim = stage.on(6, "office")?.claim(desk, office, 1)?;
    let juicer_claim = stage.on(5, "company")?.claim(juicer, company, 1)?;
    stage.on(4, "manager")?.claim(oranges, branch, 6)?;
    stage.on(5, "finance")?.deliver(
        bag_claim,
        "书包和文具当面交给了孩子和祖母。",
        &[("书包", 1, 120), ("文具套装", 1, 60)],
        1,
    )?;
    stage.on(5, "manager")?.deliver(radio_claim, "教会了开机和换台。", &[("收音机", 1, 98)], 1)?;
    stage.on(4, "collector2")?.confirm(bag_claim)?;
    stage.confirm(radio_claim)?;
    stage.on(3, "collector2")?.rate(radio, 5, "戏听得清清楚楚。")?;
    stage.rate(bag, 5, "孩子背着睡了一晚。")?;
    stage.on(3, "coordinator")?.certificate(district, radio_claim)?;
    stage.duty(district, "机关单位每年两个心愿日")?;
    peaches(stage, (village, district), [("manager", branch), ("nursing", nursing), ("company", company)])?;
    stage.on(2, "nursing")?.deliver(visit_claim, "量了血压、血糖、血氧，理了发。", &[], 2)?;
    stage.on(1, "office")?.deliver(
        desk_claim,
        "多带了一把椅子。",
        &[("书桌", 1, 260), ("椅子", 1, 80)],
        1,
    )?;
    stage.on(1, "company")?.deliver(
        juicer_claim,
        "试过了，出汁细。还帮着问了护理补贴的事。",
        &[("榨汁机", 1, 269)],
        1,
    )?;
    stage.need(juicer_claim, "儿子卧床多年，护理补贴一直没有办；她自己也快撑不住了，想有人换换手。")?;
    waiting(stage, first, village, lonely, walker)
}

/// More than twenty pick a farmer's peaches in a morning; not everybody came, one team is not counted yet, and there is
/// another morning.
fn peaches(
    stage: &mut Stage,
    (village, district): (domain::id::OrganisationId, domain::id::OrganisationId),
    [first, second, third]: [(&'static str, domain::id::ClaimantId); 3],
) -> Result<(), Failure> {
    let said = ("帮果农摘桃子", "桃子熟透了，摘晚了就烂在树上。要二十多个人忙半天，不用带工具，手套有。");
    let shifts = stage.on(6, "huifeng")?.project((village, district), said, &[(2, 24), (12, 12)])?;
    let [morning, next] = shifts[..] else { return Ok(()) };
    let first_team = stage.on(5, first.0)?.sign_up(morning, first.1, 12)?;
    let second_team = stage.on(5, second.0)?.sign_up(morning, second.1, 6)?;
    stage.on(5, third.0)?.sign_up(morning, third.1, 4)?;
    stage.on(3, "collector2")?.mark(first_team, 12)?;
    stage.mark(second_team, 5)?;
    stage.on(2, first.0)?.sign_up(next, first.1, 4).map(|_| ())
}

/// What still waits: for review, for a superior's answer, for claimants.
fn waiting(
    stage: &mut Stage,
    community: domain::id::OrganisationId,
    village: domain::id::OrganisationId,
    lonely: domain::id::BeneficiaryId,
    walker: domain::id::BeneficiaryId,
) -> Result<(), Failure> {
    stage.on(2, "collector")?;
    stage.told(
        lonely,
        community,
        &Told {
            title: "想找人说说话",
            summary: "老伴走后，屋里静得很。不缺什么，只想有人隔些日子来坐一坐。",
            details: "下午三点以后在家。",
            category: "company",
            quantity: 4,
            shares: &[],
            unit: Unit::Visit,
            cost_yuan: 0,
            channel: Channel::HomeVisit,
            told_by: ToldBy::Staff,
        },
    )?;
    stage.told(
        lonely,
        community,
        &Told {
            title: "想请人教用手机看病挂号",
            summary: "一位独居老人想学会自己在手机上挂号，不用每次托人。",
            details: "",
            category: "skill",
            quantity: 2,
            shares: &[],
            unit: Unit::Hour,
            cost_yuan: 0,
            channel: Channel::ServiceHall,
            told_by: ToldBy::Myself,
        },
    )?;
    stage.on(6, "collector2")?;
    let ramp = stage.told(
        walker,
        village,
        &Told {
            title: "轮椅出不了门，想修一段坡道",
            summary: "门前有三级台阶，轮椅出不去。想修一段带扶手的坡道。",
            details: "坡长约六米。",
            category: "hand",
            quantity: 1,
            shares: &[],
            unit: Unit::Item,
            cost_yuan: 3200,
            channel: Channel::Petition,
            told_by: ToldBy::Relative,
        },
    )?;
    stage.on(5, "reviewer")?.publish(ramp, None)?;
    stage.on(4, "huifeng")?.escalate(ramp, "村里没有会做无障碍坡道的人。")?;
    stage.on(3, "town")?.accept(ramp)?;
    stage
        .on(1, "town")?
        .escalate(ramp, "料和工都不贵，可乡里没有懂无障碍坡度的人，怕修得太陡。请区里找一家内行的。")?;
    Ok(())
}
