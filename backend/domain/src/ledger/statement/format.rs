//! How files write a statement down: which column tells what, as data. A column that no mapping names is passed over, and what
//! it holds is kept nowhere.

use super::{Row, RowKind, Said, Unread};
use crate::{
    ledger::{CURRENCY, Fen, money::Yuan},
    reference::{is_personal_number, is_reference},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};

words! {
    /// How a statement is written.
    #[schema(as = StatementFormat)]
    pub enum Format {
        /// 本平台的格式
        Wishlight = "wishlight",
        /// 腾讯公益用户订单
        TencentOrders = "tencent_orders",
    }
}

words! {
    /// What a column tells.
    #[schema(as = StatementColumn)]
    pub enum Column {
        /// 平台自己的编号
        ExternalId = "external_id",
        /// 捐赠还是退款
        Kind = "kind",
        /// 金额（分）
        AmountFen = "amount_fen",
        /// 金额（元）
        AmountYuan = "amount_yuan",
        /// 时间
        GivenAt = "given_at",
        /// 退的是哪一笔
        RefundOf = "refund_of",
        /// 平台对捐赠人的代号
        DonorRef = "donor_ref",
        /// 币种
        Currency = "currency",
        /// 项目
        Project = "project",
        /// 支付状态
        Paid = "paid",
        /// 整行
        Row = "row",
    }
}

/// Our own: in fen or in yuan, as the head says.
const WISHLIGHT: &[(&str, Column)] = &[
    ("external_id", Column::ExternalId),
    ("kind", Column::Kind),
    ("amount_fen", Column::AmountFen),
    ("amount_yuan", Column::AmountYuan),
    ("given_at", Column::GivenAt),
    ("refund_of", Column::RefundOf),
    ("donor_ref", Column::DonorRef),
    ("currency", Column::Currency),
];

/// The fields of a user's orders, as Tencent's open platform for charities documents them (用户订单): money in fen, times by
/// RFC 3339, state 11 where it was paid. Names of projects and accounts are passed over.
const TENCENT_ORDERS: &[(&str, Column)] = &[
    ("transcode", Column::ExternalId),
    ("money", Column::AmountFen),
    ("trans_time", Column::GivenAt),
    ("trans_state", Column::Paid),
    ("pid", Column::Project),
];

/// The state of an order that was paid.
const PAID: &str = "11";

impl Format {
    /// Which column tells what.
    #[must_use]
    pub const fn columns(self) -> &'static [(&'static str, Column)] {
        match self {
            Self::Wishlight => WISHLIGHT,
            Self::TencentOrders => TENCENT_ORDERS,
        }
    }
}

/// The head of a file, and what its rows are read by.
#[derive(Debug)]
pub struct Head<'a> {
    columns: Vec<Option<Column>>,
    said: &'a Said,
    now: Instant,
    project: Option<String>,
}

impl<'a> Head<'a> {
    /// Reads the head of a file.
    ///
    /// # Errors
    /// `statement_columns` with the columns that are missing, or there twice.
    pub fn read(said: &'a Said, cells: &[&str], now: Instant) -> Result<Self, Refusal> {
        let known = said.format.columns();
        let tells = |cell: &&str| {
            let name = cell.trim().to_ascii_lowercase();
            known.iter().find(|(known, _)| *known == name).map(|(_, column)| *column)
        };
        let columns: Vec<Option<Column>> = cells.iter().map(tells).collect();
        let times = |of: &[Column]| columns.iter().flatten().filter(|one| of.contains(one)).count();
        let mut faults = Faults::default();
        for (name, column) in known {
            faults.check(times(&[*column]) < 2, format!("/{name}"), Fault::Duplicate);
            let needed = matches!(column, Column::ExternalId | Column::GivenAt | Column::Paid);
            faults.check(!needed || times(&[*column]) > 0, format!("/{name}"), Fault::Required);
        }
        let name = known.iter().find(|(_, column)| *column == Column::AmountFen);
        let amount = name.map(|(name, _)| format!("/{name}")).unwrap_or_default();
        match times(&[Column::AmountFen, Column::AmountYuan]) {
            0 => faults.check(false, amount, Fault::Required),
            1 => &mut faults,
            _ => faults.check(false, amount, Fault::Duplicate),
        };
        let missing = faults.finish();
        missing.map_err(|refusal| Refusal { code: Code::StatementColumns, ..refusal })?;
        Ok(Self { columns, said, now, project: None })
    }

    fn cell<'c>(&self, cells: &[&'c str], column: Column) -> Option<&'c str> {
        let at = self.columns.iter().position(|one| *one == Some(column))?;
        cells.get(at).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    /// Reads a row.
    ///
    /// # Errors
    /// The first column that is at fault.
    pub fn row(&mut self, number: i64, cells: &[&str]) -> Result<Row, Unread> {
        let external_id =
            self.cell(cells, Column::ExternalId).filter(|id| is_reference(id)).map(str::to_owned);
        let read = self.fields(number, cells);
        read.map_err(|(column, fault)| Unread { number, external_id, column, fault })
    }

    fn fields(&mut self, number: i64, cells: &[&str]) -> Result<Row, (Column, Fault)> {
        if cells.len() < self.columns.len() {
            return Err((Column::Row, Fault::CutOff));
        }
        let external_id = self.reference(cells, Column::ExternalId)?;
        let external_id = external_id.ok_or((Column::ExternalId, Fault::Required))?;
        let said = self.cell(cells, Column::Kind).unwrap_or(RowKind::Donation.as_str());
        let kind: RowKind = said.parse().map_err(|_| (Column::Kind, Fault::Unknown))?;
        self.check_state(cells)?;
        let amount = self.amount(cells)?;
        let given_at = self.cell(cells, Column::GivenAt).ok_or((Column::GivenAt, Fault::Required))?;
        let given_at: Instant = given_at.parse().map_err(|_| (Column::GivenAt, Fault::Format))?;
        match () {
            () if given_at > self.now => return Err((Column::GivenAt, Fault::InFuture)),
            () if !self.said.covers(given_at) => return Err((Column::GivenAt, Fault::OutOfRange)),
            () => {}
        }
        let refund_of = self.reference(cells, Column::RefundOf)?;
        if refund_of.is_some() != (kind == RowKind::Refund) {
            let fault = if refund_of.is_some() { Fault::Wrong } else { Fault::Required };
            return Err((Column::RefundOf, fault));
        }
        let donor_ref = self.reference(cells, Column::DonorRef)?;
        if donor_ref.as_deref().is_some_and(is_personal_number) {
            return Err((Column::DonorRef, Fault::Format));
        }
        Ok(Row { number, kind, external_id, amount, given_at, refund_of, donor_ref })
    }

    fn reference(&self, cells: &[&str], column: Column) -> Result<Option<String>, (Column, Fault)> {
        match self.cell(cells, column) {
            Some(text) if !is_reference(text) => Err((column, Fault::Format)),
            found => Ok(found.map(str::to_owned)),
        }
    }

    fn amount(&self, cells: &[&str]) -> Result<Fen, (Column, Fault)> {
        match self.columns.contains(&Some(Column::AmountYuan)) {
            true => {
                let text = self.cell(cells, Column::AmountYuan).unwrap_or_default();
                Yuan::read(text).map(Fen::from).map_err(|fault| (Column::AmountYuan, fault))
            }
            false => {
                let text = self.cell(cells, Column::AmountFen).unwrap_or_default();
                Fen::read(text).map_err(|fault| (Column::AmountFen, fault))
            }
        }
    }

    /// Renminbi, paid, and of the project that the first row is of: a pool is one purpose.
    fn check_state(&mut self, cells: &[&str]) -> Result<(), (Column, Fault)> {
        if self.cell(cells, Column::Currency).is_some_and(|currency| currency != CURRENCY) {
            return Err((Column::Currency, Fault::OtherCurrency));
        }
        let has_state = self.columns.contains(&Some(Column::Paid));
        if has_state && self.cell(cells, Column::Paid) != Some(PAID) {
            return Err((Column::Paid, Fault::Wrong));
        }
        let Some(project) = self.cell(cells, Column::Project) else { return Ok(()) };
        match self.project.get_or_insert_with(|| project.to_owned()) == project {
            true => Ok(()),
            false => Err((Column::Project, Fault::Wrong)),
        }
    }
}
