//! A city with a county, two townships and three villages, another tree beside it, and people of each
//! role: what most tests begin with.

use crate::{App, Kind, client::Client, databases::Kept, start};
use diesel::{ExpressionMethods, RunQueryDsl};
use domain::{access::Actor, organisation::Level, time::Instant};
use reqwest::Method;
use serde_json::{Value, json};
use server::app::{Context, founding};
use tokio::sync::OnceCell;

/// The password of everybody here.
pub const PASSWORD: &str = "一盏灯亮在她的窗前";

/// The tree, and who works in it.
#[derive(Debug, Clone)]
pub struct World {
    /// 清河市
    pub city: String,
    /// 清河市 → 青禾县
    pub county: String,
    /// 青禾县 → 桃坪镇
    pub township: String,
    /// 桃坪镇 → 何家坪村
    pub village: String,
    /// 桃坪镇 → 新井村
    pub other_village: String,
    /// 青禾县 → 县中学: a unit with claimants
    pub school: String,
    /// 何家坪村 → 村志愿队: a unit within the village
    pub team: String,
    /// The administrator of the whole tree.
    pub admin: Client,
    /// Collects in 何家坪村.
    pub collector: Client,
    /// Reviews in 桃坪镇.
    pub reviewer: Client,
    /// Coordinates 何家坪村.
    pub coordinator: Client,
    /// Coordinates 桃坪镇.
    pub township_coordinator: Client,
    /// Coordinates 青禾县.
    pub county_coordinator: Client,
    /// Coordinates 清河市.
    pub city_coordinator: Client,
    /// Reads all of 青禾县.
    pub auditor: Client,
    /// Acts for the claimants of 村志愿队.
    pub manager: Client,
    /// Acts for the claimants of 县中学.
    pub school_manager: Client,
    /// The claimant of 村志愿队, in the village's audience.
    pub team_claimant: String,
    /// The claimant of 县中学, in the county's audience only.
    pub school_claimant: String,
    /// The administrator of another tree.
    pub stranger: Client,
    /// The root of the other tree.
    pub other_root: String,
    /// A resident of 何家坪村 who agreed to everything but the platform.
    pub resident: String,
}

/// Founds a tree through the same unit of work as the command line.
pub async fn found(app: &App, name: &str, level: Level, username: &str) -> String {
    let hash = app.state.passwords.hash(PASSWORD.to_owned()).await.expect("a hash");
    let cx = Context::new(&app.state, Actor::default());
    let (name, username) = (name.to_owned(), username.to_owned());
    let work =
        move |tx: &mut store::Conn| founding::found(tx, &cx, &name, level, &username, &username, &hash);
    app.state.db.write(work).await.expect("a new tree").0.to_string()
}

/// Enters an organisation and gives its id.
pub async fn organisation(
    admin: &Client,
    parent: &str,
    name: &str,
    level: &str,
    kind: &str,
    region: Option<&str>,
) -> String {
    let body =
        json!({ "name": name, "kind": kind, "level": level, "region_code": region, "parent_id": parent });
    admin.post("/organisations", body).await.expect(201).id()
}

/// Takes for granted that everybody has changed the first password that somebody else set: a test of
/// that goes the whole way.
pub async fn own_passwords(app: &App) {
    use store::schema::users::dsl::{must_change_password, users};
    let work = |tx: &mut store::Conn| {
        Ok::<_, store::StoreError>(diesel::update(users).set(must_change_password.eq(false)).execute(tx)?)
    };
    app.state.db.write(work).await.expect("an update");
}

/// The world of most tests, told once in a process and copied from then on: half of what a test takes is to found
/// organisations and to let everybody sign in.
static USUAL: [OnceCell<(World, Kept)>; 2] = [const { OnceCell::const_new() }; 2];

impl World {
    /// Builds it, or copies one into a database that is still empty.
    pub async fn new(app: &App) -> Self {
        let kind = app.database.kind();
        if !app.as_usual || app.state.clock.now() != start() || !app.database.is_empty() {
            return Self::told(app).await;
        }
        let (world, kept) = USUAL[kind as usize].get_or_init(|| Self::kept(kind)).await;
        app.database.fill(kept);
        world.at(app)
    }

    /// A world whose everything is older, so that ids made from now on are greater.
    async fn kept(kind: Kind) -> (Self, Kept) {
        let app = App::start_at(Instant::from_micros(start().micros() - 1000), kind, |_| {}).await;
        let world = Self::told(&app).await;
        let kept = app.database.keep();
        app.stop().await;
        (world, kept)
    }

    /// The same people at another server.
    fn at(&self, app: &App) -> Self {
        let (public, mut world) = (app.public(), self.clone());
        for client in [
            &mut world.admin,
            &mut world.collector,
            &mut world.reviewer,
            &mut world.coordinator,
            &mut world.township_coordinator,
            &mut world.county_coordinator,
            &mut world.city_coordinator,
            &mut world.auditor,
            &mut world.manager,
            &mut world.school_manager,
            &mut world.stranger,
        ] {
            *client = client.at(&public);
        }
        world
    }

    async fn told(app: &App) -> Self {
        let city = found(app, "清河市", Level::City, "admin").await;
        let other_root = found(app, "别处县", Level::County, "stranger").await;
        let public = app.public();
        let admin = public.sign_in("admin", PASSWORD).await;
        let stranger = public.sign_in("stranger", PASSWORD).await;
        // Few live here; what a larger k does is a test of its own.
        let few = json!({ "wall_households": 1 });
        admin.change(Method::PUT, &format!("/organisations/{city}/policy"), "*", few).await.expect(200);
        let county = organisation(&admin, &city, "青禾县", "county", "government", Some("990102")).await;
        let township =
            organisation(&admin, &county, "桃坪镇", "township", "government", Some("990102103")).await;
        let village =
            organisation(&admin, &township, "何家坪村", "village", "community", Some("990102103201")).await;
        let other_village =
            organisation(&admin, &township, "新井村", "village", "community", Some("990102103202")).await;
        let school = organisation(&admin, &county, "县中学", "unit", "school", None).await;
        let team = organisation(&admin, &village, "村志愿队", "unit", "team", None).await;
        let member = async |username: &str, at: &str, role: &str| {
            let body =
                json!({ "username": username, "display_name": username, "password": PASSWORD, "role": role });
            admin.post(&format!("/organisations/{at}/members"), body).await.expect(201);
            own_passwords(app).await;
            public.sign_in(username, PASSWORD).await
        };
        let collector = member("collector", &village, "collector").await;
        let reviewer = member("reviewer", &township, "reviewer").await;
        let coordinator = member("coordinator", &village, "coordinator").await;
        let township_coordinator = member("township", &township, "coordinator").await;
        let county_coordinator = member("county", &county, "coordinator").await;
        let city_coordinator = member("city", &city, "coordinator").await;
        let auditor = member("auditor", &county, "auditor").await;
        let manager = member("manager", &team, "manager").await;
        let school_manager = member("school", &school, "manager").await;
        let team_claimant = claimant(&admin, &team, "村志愿队").await;
        let school_claimant = claimant(&admin, &school, "县中学").await;
        let resident = resident(&collector, &village).await;
        Self {
            city,
            county,
            township,
            village,
            other_village,
            school,
            team,
            admin,
            collector,
            reviewer,
            coordinator,
            township_coordinator,
            county_coordinator,
            city_coordinator,
            auditor,
            manager,
            school_manager,
            team_claimant,
            school_claimant,
            stranger,
            other_root,
            resident,
        }
    }

    /// What a valid wish looks like; the fields of `change` replace its own.
    pub fn wish(&self, change: Value) -> Value {
        let mut wish = json!({
            "beneficiary_id": self.resident, "organisation_id": self.village,
            "title": "想要一台收音机", "public_summary": "一位八旬爷爷散步时想听听戏。",
            "details": "按键要大", "category": "thing", "quantity": 1, "unit": "item",
            "estimated_cost_fen": 12_000, "channel": "home_visit",
        });
        merge(&mut wish, change);
        wish
    }

    /// A wish on the wall.
    pub async fn published(&self, change: Value) -> String {
        let id = self.submitted(change).await;
        self.publish(&id, json!({})).await;
        id
    }

    /// A wish that waits for review.
    pub async fn submitted(&self, change: Value) -> String {
        let id = self.collector.post("/wishes", self.wish(change)).await.expect(201).id();
        self.collector.post(&format!("/wishes/{id}/submit"), json!({})).await.expect(200);
        id
    }

    /// Publishes a submitted wish.
    pub async fn publish(&self, id: &str, change: Value) {
        let mut review =
            json!({ "decision": "publish", "urgent": true, "feasible": true, "practical": true });
        merge(&mut review, change);
        self.reviewer.post(&format!("/wishes/{id}/review"), review).await.expect(200);
    }

    /// A resident agrees that platforms show their wishes.
    pub async fn shares(&self, resident: &str) {
        let consent =
            json!({ "purpose": "share_with_platform", "given_by": "self", "given_on": "2026-11-01" });
        self.collector.post(&format!("/beneficiaries/{resident}/consents"), consent).await.expect(201);
    }

    /// The team claims a share.
    pub async fn claimed(&self, wish: &str, quantity: i64) -> String {
        let body = json!({ "claimant_id": self.team_claimant, "quantity": quantity });
        self.manager.post(&format!("/wishes/{wish}/claims"), body).await.expect(201).id()
    }

    /// The team delivers its claim.
    pub async fn delivered(&self, wish: &str, quantity: i64) -> String {
        let claim = self.claimed(wish, quantity).await;
        let body =
            json!({ "items": [{ "name": "收音机", "quantity": quantity, "value_fen": 9900 }], "hours": 1.5 });
        self.manager.post(&format!("/claims/{claim}/deliveries"), body).await.expect(201);
        claim
    }
}

/// Enters a unit as a claimant.
pub async fn claimant(admin: &Client, organisation: &str, name: &str) -> String {
    let body = json!({
        "kind": "unit", "display_name": name, "organisation_id": organisation,
        "skills": [], "region_codes": [], "capacity": 100,
    });
    admin.post("/claimants", body).await.expect(201).id()
}

/// Enters an adult resident who agreed to everything but the platform.
pub async fn resident(collector: &Client, organisation: &str) -> String {
    let consent = |purpose: &str| json!({ "purpose": purpose, "given_by": "self", "given_on": "2026-11-01" });
    let consents = ["collect", "publish", "photo", "share_with_claimant"].map(consent);
    let body = json!({
        "name": "谢某某", "phone": "07005550199", "address": "何家坪村三组十二号", "birth_date": "1946-03-02",
        "hardships": ["独居"], "organisation_id": organisation,
        "consents": consents,
    });
    collector.post("/beneficiaries", body).await.expect(201).id()
}

/// Enters a child of ten, with the guardian's consent to everything but photos and the platform.
pub async fn child(collector: &Client, organisation: &str) -> String {
    let consent = |purpose: &str| json!({ "purpose": purpose, "given_by": "guardian", "guardian_name": "田某某", "relation": "母亲", "given_on": "2026-11-01" });
    let consents = ["collect", "publish", "share_with_claimant"].map(consent);
    let body = json!({
        "name": "田小满", "phone": "07005550188", "address": "何家坪村一组九号", "birth_date": "2016-05-01",
        "hardships": ["留守"], "organisation_id": organisation, "consents": consents,
    });
    collector.post("/beneficiaries", body).await.expect(201).id()
}

fn merge(into: &mut Value, change: Value) {
    let (Some(into), Value::Object(change)) = (into.as_object_mut(), change) else { return };
    for (name, value) in change {
        into.insert(name, value);
    }
}
