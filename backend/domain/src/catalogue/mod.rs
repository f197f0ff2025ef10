//! The field catalogue: what each column of the database holds, as data protection sees it.
//!
//! Owns the classes of data, each with purpose, legal basis, period and mask (PIPL art. 6, 17, 19, 28,
//! 51; GB/T 35273), and the list of columns. A column that is not in the list fails a test on either
//! database, so nobody can begin to store something without saying what it is. docs/FIELDS.md is
//! printed from here.

mod columns;

pub use columns::{COLUMNS, Table};

use crate::refusal::Text;
use DataClass as C;

words! {
    /// What sort of data a column holds.
    pub enum DataClass {
        /// 姓名
        Identity = "identity",
        /// 电话、住址
        Contact = "contact",
        /// 身份证号
        IdNumber = "id_number",
        /// 出生日期、年龄
        Birth = "birth",
        /// 照片
        Photo = "photo",
        /// 难处
        Circumstances = "circumstances",
        /// 关于居民的内部文字
        PrivateText = "private_text",
        /// 公开的心愿文字
        PublicText = "public_text",
        /// 所在地
        Place = "place",
        /// 同意记录
        Consent = "consent",
        /// 查找用的密钥摘要
        SearchKey = "search_key",
        /// 居民的数据密钥
        DataKey = "data_key",
        /// 指向居民的编号
        Link = "link",
        /// 心愿与认领的经过
        Course = "course",
        /// 工作人员账号
        Worker = "worker",
        /// 谁办的
        Actor = "actor",
        /// 登录凭证
        Credential = "credential",
        /// 登录记录
        SignIn = "sign_in",
        /// 登录失败次数
        Attempt = "attempt",
        /// 认领方
        Claimant = "claimant",
        /// 捐赠人
        Donor = "donor",
        /// 公益平台的用户
        PlatformUser = "platform_user",
        /// 善款账
        Money = "money",
        /// 入圈申请人
        Applicant = "applicant",
        /// 留痕
        History = "history",
        /// 暂存的答复
        Answer = "answer",
        /// 导出的文件
        Extract = "extract",
        /// 组织、类别、规则
        Organisation = "organisation",
        /// 只供程序用
        Technical = "technical",
    }
}

words! {
    /// How much the law asks for.
    pub enum Sensitivity {
        /// 不是个人信息
        None = "none",
        /// 个人信息（个人信息保护法第 4 条）
        Personal = "personal",
        /// 敏感个人信息（第 28 条）
        Sensitive = "sensitive",
    }
}

/// What is said of a class of data.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// How much the law asks for.
    pub sensitivity: Sensitivity,
    /// What it is kept for.
    pub purpose: Text,
    /// By what right.
    pub basis: &'static str,
    /// How long.
    pub retention: Text,
    /// What is shown of it by default, and how it is stored.
    pub mask: Text,
}

const CONSENT: &str = "PIPL 13(1)1, 28, 29; 31 (< 14)";
const DUTY: &str = "PIPL 13(1)3, 51";
const RESIDENT: Text = Text {
    zh: "最后一个心愿办结 1 年后销毁密钥；本人要求时马上",
    en: "until a year after their last wish ended, then the key is destroyed; at once when they ask",
};
const LOG: Text = Text { zh: "3 年以上，不删", en: "3 years at least; not removed" };
const NOTHING: Text = Text { zh: "–", en: "–" };

const fn text(zh: &'static str, en: &'static str) -> Text {
    Text { zh, en }
}

const fn none(purpose: Text) -> Terms {
    Terms { sensitivity: Sensitivity::None, purpose, basis: "–", retention: NOTHING, mask: NOTHING }
}

const fn sensitive(purpose: Text, retention: Text, mask: Text) -> Terms {
    Terms { sensitivity: Sensitivity::Sensitive, purpose, basis: CONSENT, retention, mask }
}

const fn personal(purpose: Text, basis: &'static str, retention: Text, mask: Text) -> Terms {
    Terms { sensitivity: Sensitivity::Personal, purpose, basis, retention, mask }
}

impl DataClass {
    /// What is said of it.
    #[must_use]
    pub const fn terms(self) -> Terms {
        match self {
            C::Identity
            | C::Contact
            | C::IdNumber
            | C::Birth
            | C::Photo
            | C::Circumstances
            | C::PrivateText => self.of_residents(),
            C::PublicText | C::Place | C::Consent | C::SearchKey | C::DataKey | C::Link | C::Course => {
                self.beside_residents()
            }
            C::Worker
            | C::Actor
            | C::Credential
            | C::SignIn
            | C::Attempt
            | C::Claimant
            | C::Applicant
            | C::PlatformUser
            | C::Donor => self.of_others(),
            C::Money => none(text("善款的来去", "where money given for wishes came from and went")),
            C::History => personal(
                text("谁在什么时候做了什么、看过谁", "who did what when, and who looked at whom"),
                "PIPL 44, 45, 51, 54–56; 未成年人网络保护条例 37; 儿童个人信息网络保护规定 15",
                LOG,
                text("不含居民的姓名、电话和文字", "holds no name, number or text of a resident"),
            ),
            C::Answer => personal(
                text("同一请求再来时给同样的答复", "the same answer to the same request"),
                DUTY,
                text("30 天", "30 days"),
                text("用请求自己的密钥加密", "sealed under the request's own key"),
            ),
            C::Extract => sensitive(
                text("按筛选导出的表，交给申请的人", "a list as it was filtered, for who asked for it"),
                text(
                    "7 天；有居民姓名的 72 小时；里面有人被删除或收回同意时马上销毁",
                    "7 days; 72 hours where it names residents, and at once when one of them is erased or no longer agrees",
                ),
                text(
                    "加密；有居民姓名的另有一次性显示的密码",
                    "sealed; where it names residents, under a password besides that is shown once",
                ),
            ),
            C::Organisation => none(text("组织、类别和时限规则", "organisations, categories and rules")),
            C::Technical => none(text("只供程序用", "for the program alone")),
        }
    }

    const fn of_residents(self) -> Terms {
        match self {
            C::Identity => sensitive(
                text("知道是谁的心愿", "to know whose wish it is"),
                RESIDENT,
                text("张**；加密", "first character; sealed"),
            ),
            C::Contact => sensitive(
                text("上门、联系、送达", "to visit, call and deliver"),
                RESIDENT,
                text("138****5678，住址到前六个字；加密", "ends of the number, six characters; sealed"),
            ),
            C::IdNumber => sensitive(
                text("同一个人不记两遍", "so that nobody is entered twice"),
                RESIDENT,
                text("前六位；加密", "first six digits; sealed"),
            ),
            C::Birth => sensitive(
                text("未成年人要监护人同意；公开年龄段", "a minor's guardian must agree; age bands"),
                RESIDENT,
                text("只显示年份或年龄段；日期加密", "year or band alone; the date is sealed"),
            ),
            C::Photo => sensitive(
                text("看清要什么、送到了什么", "to see what is needed and what was brought"),
                text(
                    "办结的心愿上传满 1 年删去；同意收回后谁也看不到",
                    "a year after the upload, once the wish has ended; shown to nobody without the consent",
                ),
                text("只给经办的人看；去掉拍摄信息、加密", "for those who work on it; pixels alone, sealed"),
            ),
            C::Circumstances => sensitive(
                text("了解难处，找合适的帮助", "to find the help that fits"),
                RESIDENT,
                text("只给本组织工作人员看；加密", "for the organisation's own staff; sealed"),
            ),
            _ => sensitive(
                text("办这个心愿要说清的话", "what has to be said to meet the wish"),
                text(
                    "未通过的草稿 90 天，其余同居民资料",
                    "90 days where the wish was declined, else as the resident's data",
                ),
                text(
                    "只给经办的人看；文字加密，物品和决定不加密",
                    "for those who work on it; texts are sealed, items and decisions are not",
                ),
            ),
        }
    }

    const fn beside_residents(self) -> Terms {
        match self {
            C::PublicText => personal(
                text("挂上墙，找人认领", "shown on the wall, to find a claimant"),
                "PIPL 13(1)1, 25 (separate consent)",
                text(
                    "未通过的草稿 90 天，其余同居民资料",
                    "90 days where declined, else as the resident's data",
                ),
                text("公开前查过，不含能认出人的内容", "searched for what would identify somebody"),
            ),
            C::Place => personal(
                text("就近认领；墙上只到乡镇", "claims from nearby; township on the wall"),
                CONSENT,
                text("作为数字保留", "kept with the figures"),
                text("不细于乡镇，住户太少时再粗一级", "no finer than a township, coarser where few live"),
            ),
            C::Consent => personal(
                text("证明同意过什么", "to prove what was agreed to"),
                "PIPL 14–17, 69",
                text("3 年以上；谁给的随居民删除", "3 years at least; who gave it goes with the resident"),
                text("不含姓名", "holds no name"),
            ),
            C::SearchKey => personal(
                text("按号码找到居民", "to find a resident by an exact number"),
                CONSENT,
                RESIDENT,
                text("带密钥的 64 位摘要，不显示", "a keyed 64-bit hash; never shown"),
            ),
            C::DataKey => personal(
                text("加密居民资料；销毁即删除", "seals a resident's data; destroying it erases them"),
                "PIPL 47, 51",
                text("同居民资料，标记保留", "as the resident's data; the mark stays"),
                text("用运营方密钥包着，不显示", "wrapped under the operator's key; never shown"),
            ),
            C::Link => personal(
                text("把心愿、同意和记录连到居民", "ties wishes, consents and records to a resident"),
                CONSENT,
                text("删除后不再指向任何人", "points at nobody once they are erased"),
                text("随机编号", "a random number"),
            ),
            _ => personal(
                text("办到哪一步、多少份、什么时候", "how far it has come, how much, when"),
                CONSENT,
                text("作为数字保留", "kept with the figures"),
                text("不含姓名", "holds no name"),
            ),
        }
    }

    const fn of_others(self) -> Terms {
        match self {
            C::Worker => personal(
                text("登录，知道是谁在办", "to sign in, and to know who acts"),
                "PIPL 13(1)2, 13(1)3",
                text("账号在用期间；停用后随留痕保留", "while in use; then with the history"),
                text("同事可见显示名", "colleagues see the display name"),
            ),
            C::Actor => personal(
                text("谁办的，便于回查", "who did it"),
                DUTY,
                LOG,
                text("随机编号", "a random number"),
            ),
            C::Credential => personal(
                text("证明是本人登录", "proves who signs in"),
                DUTY,
                text("账号在用期间", "while in use"),
                text("单向摘要或加密，不显示", "hashed or sealed; never shown"),
            ),
            C::SignIn => personal(
                text("安全审计", "security audit"),
                "网络安全法 (2016) 21(3); PIPL 51",
                text(
                    "结束后 6 个月以上（默认 190 天）",
                    "6 months at least after the end (190 days by default)",
                ),
                text("不显示", "never shown"),
            ),
            C::Attempt => personal(
                text("防止猜密码", "against guessing of passwords"),
                DUTY,
                text("1 天", "a day"),
                text("带密钥的摘要，不显示", "a keyed hash; never shown"),
            ),
            C::PlatformUser => personal(
                text(
                    "心愿那边知道是谁在圆，平台认得出同一次请求",
                    "so that those who answer for the wish know who meets it, and the same request is known again",
                ),
                "PIPL 13(1)1, 23",
                text("和心愿的内部文字一起删去", "goes with the private texts of the wish"),
                text(
                    "称呼和平台编号加密，只给责任组织看称呼；摘要带密钥，不显示",
                    "sealed; the holder's staff see the name alone; digests are keyed and never shown",
                ),
            ),
            C::Donor => personal(
                text(
                    "对账、退款，让捐赠人查到去向",
                    "to reconcile, to refund, and to show a donor what became of it",
                ),
                "PIPL 13(1)3; 慈善法 76; 会计法 23",
                text("和会计凭证一样，30 年", "as vouchers are kept: 30 years"),
                text(
                    "平台自己的编号，只有平台读得懂；不记姓名",
                    "the platform's own references, which it alone can read; no name",
                ),
            ),
            C::Applicant => personal(
                text("决定让不让入圈，答复申请人", "to decide who joins the circle, and to answer them"),
                "PIPL 13(1)1, 13(1)2",
                text(
                    "答复后 90 天删去；没有答复的，收到后 90 天",
                    "90 days after the answer; where nobody answered, after it came",
                ),
                text("只给答复申请的人看；加密", "for those who answer; sealed"),
            ),
            _ => personal(
                text("知道谁认领、能做什么", "who claims, and what they can do"),
                "PIPL 13(1)1, 13(1)2",
                text("停用后随留痕保留", "with the history, once inactive"),
                text("单位公开名称，个人不公开", "a unit's name is public, a person's is not"),
            ),
        }
    }
}

/// The class of a column, where it is listed.
#[must_use]
pub fn class_of(table: &str, column: &str) -> Option<DataClass> {
    let (_, groups) = COLUMNS.iter().find(|(name, _)| *name == table)?;
    groups.iter().find(|(_, columns)| columns.contains(&column)).map(|(class, _)| *class)
}

/// Every column with its class, table by table.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, DataClass)> {
    COLUMNS.iter().flat_map(|(table, groups)| {
        groups
            .iter()
            .flat_map(move |(class, columns)| columns.iter().map(move |column| (*table, *column, *class)))
    })
}

/// The page about it, for docs/FIELDS.md.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Field catalogue\n\nWhat each column of the database holds, as data protection sees it. Printed by \
         `make fields` from\n`backend/domain/src/catalogue`; tests hold it against the schema of both databases.\n\n\
         ## Classes\n\n| class | 分类 | sensitivity | purpose 用途 | basis 依据 | kept 保存 | shown, stored 显示与存储 |\n\
         | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for class in DataClass::ALL {
        let Terms { sensitivity, purpose, basis, retention, mask } = class.terms();
        page.push_str(&format!(
            "| `{class}` | {} | {sensitivity} | {} {} | {basis} | {} {} | {} {} |\n",
            class.name_zh(),
            purpose.zh,
            purpose.en,
            retention.zh,
            retention.en,
            mask.zh,
            mask.en,
        ));
    }
    page.push_str("\n## Columns\n\n| table | class | columns |\n| --- | --- | --- |\n");
    for (table, groups) in COLUMNS {
        for (class, columns) in *groups {
            page.push_str(&format!("| `{table}` | `{class}` | {} |\n", columns.join(", ")));
        }
    }
    page
}

impl DataClass {
    /// Its name in Chinese.
    #[must_use]
    pub const fn name_zh(self) -> &'static str {
        match self {
            C::Identity => "姓名",
            C::Contact => "电话、住址",
            C::IdNumber => "身份证号",
            C::Birth => "出生日期、年龄",
            C::Photo => "照片",
            C::Circumstances => "难处",
            C::PrivateText => "关于居民的内部文字",
            C::PublicText => "公开的心愿文字",
            C::Place => "所在地",
            C::Consent => "同意记录",
            C::SearchKey => "查找用的密钥摘要",
            C::DataKey => "居民的数据密钥",
            C::Link => "指向居民的编号",
            C::Course => "心愿与认领的经过",
            C::Worker => "工作人员账号",
            C::Actor => "谁办的",
            C::Credential => "登录凭证",
            C::SignIn => "登录记录",
            C::Attempt => "登录失败次数",
            C::Claimant => "认领方",
            C::Applicant => "入圈申请人",
            C::Donor => "捐赠人",
            C::PlatformUser => "公益平台的用户",
            C::Money => "善款账",
            C::History => "留痕",
            C::Answer => "暂存的答复",
            C::Extract => "导出的文件",
            C::Organisation => "组织、类别、规则",
            C::Technical => "只供程序用",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_column_stands_once_and_each_class_is_used() {
        let all: Vec<_> = all().collect();
        let columns: BTreeSet<_> = all.iter().map(|(table, column, _)| (*table, *column)).collect();
        assert_eq!(columns.len(), all.len(), "a column with two classes");
        let used: BTreeSet<_> = all.iter().map(|(_, _, class)| *class).collect();
        assert_eq!(used.into_iter().collect::<Vec<_>>(), DataClass::ALL);
        assert_eq!(class_of("beneficiaries", "phone"), Some(C::Contact));
        assert_eq!(class_of("beneficiaries", "shoe_size"), None);
    }

    #[test]
    fn the_page_is_current() {
        let kept = include_str!("../../../../docs/FIELDS.md");
        assert!(kept == page(), "docs/FIELDS.md is not what the catalogue says; run: make fields");
    }
}
