//! Statements of both formats, in made-up rows of the documented shapes.

use super::{format::Head, *};
use uuid::Uuid;

fn said(format: Format) -> Said {
    let day = |day| NaiveDate::from_ymd_opt(2026, 9, day).unwrap();
    Said { pool_id: PoolId(Uuid::nil()), format, from: day(5), to: day(9), count: 0, total_fen: 0 }
}

fn read(said: &Said, lines: &[&str]) -> Arranged {
    let now = "2026-09-10T00:00:00Z".parse().unwrap();
    let cells = |line: &'static str| line.split(',').collect::<Vec<_>>();
    let mut lines = lines.iter().map(|line| cells(String::leak((*line).to_owned())));
    let mut head = Head::read(said, &lines.next().unwrap(), now).unwrap();
    let (mut rows, mut unread) = (Vec::new(), Vec::new());
    for (number, cells) in (2..).zip(lines) {
        match head.row(number, &cells) {
            Ok(row) => rows.push(row),
            Err(one) => unread.push(one),
        }
    }
    Arranged::of(rows, unread)
}

#[test]
fn our_own_format_is_read_in_yuan_or_in_fen_and_bad_rows_are_kept_apart() {
    let read = read(
        &said(Format::Wishlight),
        &[
            "Kind,External_ID,amount_yuan,given_at,refund_of,name,currency",
            "refund,R-1,0.50,2026-09-09T10:00:00+08:00,D-2,甲,CNY",
            "donation,D-2,20.5,2026-09-05T00:00:00+08:00,,乙,",
            "donation,D-1,0.01,2026-09-09T23:59:59+08:00,,丙,CNY",
            "donation,D-2,20.50,2026-09-05T00:00:00+08:00,,乙,CNY",
            "donation,D-2,20.51,2026-09-05T00:00:00+08:00,,乙,CNY",
            "donation,D-3,1.001,2026-09-05T00:00:00+08:00,,乙,CNY",
            "donation,D-4,0,2026-09-05T00:00:00+08:00,,乙,CNY",
            "donation,D-5,1,2026-09-10T00:00:00+08:00,,乙,CNY",
            "donation,D-6,1,2026-09-05T00:00:00+08:00,,乙,USD",
            "refund,R-2,1,2026-09-05T00:00:00+08:00,,乙,CNY",
            "donation,张三,1,2026-09-05T00:00:00+08:00,,乙,CNY",
            "donation,D-7,1",
            "gift,D-8,1,2026-09-05T00:00:00+08:00,,乙,CNY",
        ],
    );
    let rows: Vec<_> = read.rows.iter().map(|row| (row.external_id.as_str(), row.amount.get())).collect();
    assert_eq!(rows, [("D-1", 1), ("D-2", 2050), ("R-1", 50)], "donations first, by their numbers");
    assert_eq!((read.repeated, read.donations()), (1, Sum { count: 2, amount_fen: 2051 }));
    let unread: Vec<_> = read.unread.iter().map(|one| (one.number, one.column, one.fault)).collect();
    assert_eq!(
        unread,
        [
            (6, Column::ExternalId, Fault::Duplicate),
            (7, Column::AmountYuan, Fault::TooFine),
            (8, Column::AmountYuan, Fault::OutOfRange),
            (9, Column::GivenAt, Fault::OutOfRange),
            (10, Column::Currency, Fault::OtherCurrency),
            (11, Column::RefundOf, Fault::Required),
            (12, Column::ExternalId, Fault::Format),
            (13, Column::Row, Fault::CutOff),
            (14, Column::Kind, Fault::Unknown),
        ]
    );
    assert_eq!(read.unread[6].external_id, None, "a name is not kept");
}

#[test]
fn orders_as_tencent_documents_them_are_in_fen_paid_and_of_one_project() {
    let read = read(
        &said(Format::TencentOrders),
        &[
            "transcode,pid,money,trans_time,trans_state,bt,bid,proj_name",
            "1465188602202609051900000125,237449,100,2026-09-05T16:27:42+08:00,11,WXDM,100000224,添一物",
            "1465188602202609051900000126,237449,2050,2026-09-06T16:27:42+08:00,11,AXC,100000224,添一物",
            "1465188602202609051900000127,237449,100,2026-09-06T16:27:42+08:00,1,AXC,100000224,添一物",
            "1465188602202609051900000128,237450,100,2026-09-06T16:27:42+08:00,11,AXC,100000224,别的",
            "1465188602202609051900000129,237449,20.5,2026-09-06T16:27:42+08:00,11,AXC,100000224,添一物",
        ],
    );
    assert_eq!(read.donations(), Sum { count: 2, amount_fen: 2150 });
    let unread: Vec<_> = read.unread.iter().map(|one| (one.number, one.column, one.fault)).collect();
    assert_eq!(
        unread,
        [
            (4, Column::Paid, Fault::Wrong),
            (5, Column::Project, Fault::Wrong),
            (6, Column::AmountFen, Fault::NotPlain),
        ]
    );
}

#[test]
fn a_head_that_leaves_the_amount_open_is_refused_whole() {
    let (said, now) = (said(Format::Wishlight), "2026-09-10T00:00:00Z".parse().unwrap());
    let faults = |cells: &[&str]| {
        let refusal = Head::read(&said, cells, now).unwrap_err();
        assert_eq!(refusal.code, Code::StatementColumns);
        refusal.fields.into_iter().map(|one| (one.pointer, one.fault)).collect::<Vec<_>>()
    };
    let required = |name: &str| (name.to_owned(), Fault::Required);
    assert_eq!(faults(&["external_id"]), [required("/given_at"), required("/amount_fen")]);
    let both = faults(&["external_id", "amount_fen", "amount_yuan", "given_at"]);
    assert_eq!(both, [("/amount_fen".to_owned(), Fault::Duplicate)]);
}
