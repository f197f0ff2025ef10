//! The columns of a sheet: which of them mean something here, guessed by what they are called, or as somebody said once.

use crate::script::simplified;
use serde::{Deserialize, Serialize};

words! {
    /// What a column of an imported sheet tells.
    #[schema(as = ImportField)]
    pub enum Field {
        /// 姓名
        Name = "name",
        /// 电话
        Phone = "phone",
        /// 身份证号
        IdNumber = "id_number",
        /// 出生日期
        BirthDate = "birth_date",
        /// 年龄
        Age = "age",
        /// 住址
        Address = "address",
        /// 村（社区）、组织
        Place = "place",
        /// 困难情况
        Hardships = "hardships",
        /// 监护人
        GuardianName = "guardian_name",
        /// 与监护人的关系
        Relation = "relation",
        /// 同意登记
        Collect = "consent_collect",
        /// 同意公开
        Publish = "consent_publish",
        /// 同意拍照
        Photo = "consent_photo",
        /// 同意告诉认领方
        ShareWithClaimant = "consent_share_with_claimant",
        /// 同意告诉公益平台
        ShareWithPlatform = "consent_share_with_platform",
        /// 同意日期
        ConsentOn = "consent_on",
        /// 心愿
        Title = "title",
        /// 公开说明
        Summary = "public_summary",
        /// 内部说明
        Details = "details",
        /// 类别
        Category = "category",
        /// 数量
        Quantity = "quantity",
        /// 单位
        Unit = "unit",
        /// 预计费用（元）
        Cost = "estimated_cost",
        /// 希望日期
        NeededBy = "needed_by",
        /// 需要的专长
        Skill = "skill",
        /// 编号：两张表靠它对上
        PersonKey = "person_key",
    }
}

impl Field {
    /// What such columns are usually called, without spaces and brackets, the most telling first.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Name => &[
                "姓名",
                "心愿人",
                "受助人",
                "居民姓名",
                "心愿人姓名",
                "受助人姓名",
                "困难群众姓名",
                "儿童姓名",
                "name",
            ],
            Self::Phone => {
                &["电话", "联系电话", "手机", "手机号", "手机号码", "联系方式", "电话号码", "phone"]
            }
            Self::IdNumber => &["身份证号", "身份证", "身份证号码", "证件号码", "公民身份号码", "idnumber"],
            Self::BirthDate => &["出生日期", "出生年月日", "出生年月", "生日", "birthdate"],
            Self::Age => &["年龄", "周岁", "age"],
            Self::Address => &["住址", "地址", "家庭住址", "居住地址", "家庭地址", "详细地址", "address"],
            Self::Place => &[
                "村",
                "社区",
                "村社区",
                "所在村",
                "所属村",
                "村居",
                "所属社区",
                "所在社区",
                "村名",
                "单位名称",
                "village",
            ],
            Self::Hardships => &["困难情况", "困难类型", "困难类别", "人员类别", "家庭情况", "hardships"],
            Self::GuardianName => &["监护人", "监护人姓名", "家长姓名", "guardian"],
            Self::Relation => &["与监护人关系", "监护人关系", "关系", "relation"],
            Self::Collect => &["是否同意", "同意登记", "本人同意", "是否同意登记", "同意", "consent"],
            Self::Publish => &["同意公开", "是否同意公开", "公开"],
            Self::Photo => &["同意拍照", "是否同意拍照"],
            Self::ShareWithClaimant => &["同意告诉认领方", "同意联系", "是否同意联系"],
            Self::ShareWithPlatform => &["同意告诉平台", "同意上平台"],
            Self::ConsentOn => &["同意日期", "签字日期", "登记日期", "采集日期"],
            Self::Title => &[
                "心愿",
                "微心愿",
                "心愿内容",
                "微心愿内容",
                "心愿名称",
                "心愿标题",
                "需求",
                "需求内容",
                "wish",
                "title",
            ],
            Self::Summary => &["公开说明", "心愿说明", "公开文字", "summary"],
            Self::Details => &["备注", "内部说明", "具体说明", "心愿详情", "说明", "详情", "details"],
            Self::Category => &["类别", "心愿类别", "心愿类型", "类型", "category"],
            Self::Quantity => &["数量", "份数", "quantity"],
            Self::Unit => &["单位", "计量单位", "unit"],
            Self::Cost => &[
                "预计费用",
                "费用",
                "金额",
                "预算",
                "预估金额",
                "所需金额",
                "资金",
                "价格",
                "cost",
                "budget",
            ],
            Self::NeededBy => &["希望日期", "期望时间", "希望完成时间", "期限", "完成时限", "neededby"],
            Self::Skill => &["专长", "所需专长", "需要的专长", "skill"],
            Self::PersonKey => &["编号", "人员编号", "户编号", "户号", "personkey"],
        }
    }
}

/// What columns mean, by what they are called: the template of an organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping(pub Vec<Named>);

/// One column of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// What it is called.
    pub header: String,
    /// What it tells; none where it is left out on purpose.
    pub field: Option<Field>,
}

/// What is compared of a header: no spaces, no stars, nothing in brackets, in simplified characters.
#[must_use]
pub fn plain_header(text: &str) -> String {
    let narrow = simplified(&super::cell::Cell::Text(text.to_owned()).signs().to_lowercase());
    let mut depth = 0_u32;
    let outside = |c: &char| {
        match c {
            '(' | '[' | '【' => depth = depth.saturating_add(1),
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            _ => return depth == 0 && (c.is_alphanumeric()),
        }
        false
    };
    narrow.chars().filter(outside).collect()
}

impl Mapping {
    /// What each of these columns tells: as was said of a column of this name, or else as it is usually called. No two columns tell the
    /// same: the first that says it best does. Where a column stands is of no matter.
    #[must_use]
    pub fn columns(&self, headers: &[String]) -> Vec<Option<Field>> {
        let plain: Vec<String> = headers.iter().map(|header| plain_header(header)).collect();
        let said = |header: &String| self.0.iter().find(|named| plain_header(&named.header) == *header);
        let mut columns: Vec<Option<Field>> = vec![None; headers.len()];
        for (column, header) in columns.iter_mut().zip(&plain) {
            *column = said(header).and_then(|named| named.field);
        }
        for field in Field::ALL {
            if columns.contains(&Some(*field)) {
                continue;
            }
            let called = |name: &str| {
                plain
                    .iter()
                    .zip(&columns)
                    .position(|(header, column)| column.is_none() && header == name && said(header).is_none())
            };
            let place = field.names().iter().find_map(|name| called(name));
            if let Some(column) = place.and_then(|place| columns.get_mut(place)) {
                *column = Some(*field);
            }
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[&str]) -> Vec<String> {
        list.iter().map(|header| (*header).to_owned()).collect()
    }

    #[test]
    fn columns_are_known_by_what_they_are_called_wherever_they_stand() {
        let known = Mapping::default().columns(&headers(&[
            "序号",
            "姓 名",
            "心愿内容（必填）",
            "＊联系电话",
            "电话",
        ]));
        assert_eq!(known, [None, Some(Field::Name), Some(Field::Title), None, Some(Field::Phone)]);
        let moved = Mapping::default().columns(&headers(&["联系电话:", "微心愿", "姓名"]));
        assert_eq!(moved, [Some(Field::Phone), Some(Field::Title), Some(Field::Name)]);
        let traditional = Mapping::default().columns(&headers(&["聯繫電話", "心願", "姓名"]));
        assert_eq!(traditional, moved);
    }

    #[test]
    fn what_somebody_said_goes_before_what_is_usual() {
        let named = |header: &str, field| Named { header: header.to_owned(), field };
        let said = Mapping(vec![
            named("户主", Some(Field::Name)),
            named("备注", None),
            named("想要啥", Some(Field::Title)),
        ]);
        let columns = said.columns(&headers(&["户 主", "姓名", "备注", "想要啥"]));
        assert_eq!(columns, [Some(Field::Name), None, None, Some(Field::Title)]);
    }
}
