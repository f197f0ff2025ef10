//! 怀化市妇联, 2020: the television that climbs from the village to the city, and the centre that is
//! asked to bring it.

use super::stage::{Resident, Stage, Told};
use crate::problem::Failure;
use domain::{
    membership::Role,
    organisation::{Kind, Level},
    wish::{Channel, ToldBy, Unit},
};

pub(super) fn play(stage: &mut Stage) -> Result<(), Failure> {
    let city = stage.found(60, "怀化市妇联", Level::City, "hh-admin", "市妇联管理员 向")?;
    stage.on(60, "hh-admin")?;
    let county = stage.organisation(city, "丙县妇联", Level::County, Kind::Federation, Some("431299"))?;
    let town =
        stage.organisation(county, "丁镇妇联", Level::Township, Kind::Federation, Some("431299101"))?;
    let village =
        stage.organisation(town, "王家村", Level::Village, Kind::Community, Some("431299101201"))?;
    let centre = stage.organisation(city, "市公共资源交易中心", Level::Unit, Kind::Agency, None)?;
    let clinic = stage.organisation(town, "镇卫生院党支部", Level::Unit, Kind::Branch, None)?;
    stage.member(village, "team", "驻村工作队 张", Role::Collector)?;
    stage.member(village, "village", "村妇联主席 王", Role::Coordinator)?;
    stage.member(town, "hh-reviewer", "镇妇联 杨", Role::Coordinator)?;
    stage.member(county, "hh-county", "县妇联 田", Role::Coordinator)?;
    stage.member(city, "city", "市妇联 吴", Role::Coordinator)?;
    stage.member(centre, "centre", "交易中心联系人 谭", Role::Manager)?;
    stage.member(clinic, "clinic", "卫生院联系人 舒", Role::Manager)?;
    let centre = stage.claimant(centre, "市公共资源交易中心", &["家电", "运送"])?;
    let clinic = stage.claimant(clinic, "镇卫生院党支部", &["义诊"])?;

    stage.on(20, "team")?;
    let woman = stage
        .resident(village, &Resident { name: "谢某某", age: 53, hardships: &["重病"], guardian: None })?;
    let television = stage.told(
        woman,
        village,
        &Told {
            title: "想有一台电视，看看外面的世界",
            summary: "她病后很少出村，白天一个人在屋里。村里凑不出一台电视的钱，想请更多人合力。",
            details: "信号线村里已经拉到屋。四十三寸左右，装好能看。",
            category: "thing",
            quantity: 3,
            shares: &[],
            unit: Unit::Item,
            cost_yuan: 1800,
            channel: Channel::Meeting,
            told_by: ToldBy::Myself,
        },
    )?;
    stage.on(19, "hh-reviewer")?.publish(television, None)?;
    stage.on(16, "village")?.escalate(television, "村里凑不出一台电视的钱。")?;
    stage.on(15, "hh-reviewer")?.accept(television)?;
    stage.on(12, "clinic")?.claim(television, clinic, 1)?;
    stage.on(9, "hh-reviewer")?.escalate(television, "还差两份，镇上的单位今年都认领过了，请县里帮着找。")?;
    stage.on(8, "hh-county")?.accept(television)?;
    stage.on(5, "hh-county")?.escalate(television, "县里一时没有合适的单位，请市妇联招募。")?;
    stage.on(4, "city")?.accept(television)?;
    stage.on(1, "city")?.dispatch(television, centre, 2, "请贵中心支部看看能不能接下这两份。")
}
