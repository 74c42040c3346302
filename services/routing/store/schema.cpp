#include "services/routing/store/schema.h"

namespace muara::routing::store {
namespace {

// What an agent's live work of this channel weighs, as text.
std::string UnitsOf(int channel) {
  return "CAST((SELECT COALESCE(SUM(w.weight), 0) FROM work_item w WHERE w.agent_id = agent.id "
         "AND w.status IN (2, 3) AND w.channel = " +
         std::to_string(channel) + ") AS TEXT)";
}

sql::Step AgentsAndQueues() {
  return {1,
          "agents and queues",
          {"CREATE TABLE agent (id TEXT PRIMARY KEY, display_name TEXT NOT NULL, "
           "skills TEXT NOT NULL, queue_ids TEXT NOT NULL, capacity BIGINT NOT NULL, "
           "used BIGINT NOT NULL, status BIGINT NOT NULL, status_reason TEXT NOT NULL, "
           "status_us BIGINT NOT NULL, idle_since_us BIGINT NOT NULL, "
           "missed_offers BIGINT NOT NULL, version BIGINT NOT NULL)",
           "CREATE TABLE queue (id TEXT PRIMARY KEY, display_name TEXT NOT NULL, "
           "priority BIGINT NOT NULL, ageing_per_minute BIGINT NOT NULL, "
           "offer_timeout_seconds BIGINT NOT NULL, requirements TEXT NOT NULL, "
           "version BIGINT NOT NULL)"}};
}

sql::Step WorkAndOffers() {
  return {2,
          "work and offers",
          {"CREATE TABLE work_item (id TEXT PRIMARY KEY, queue_id TEXT NOT NULL, "
           "status BIGINT NOT NULL, channel BIGINT NOT NULL, weight BIGINT NOT NULL, "
           "priority BIGINT NOT NULL, agent_id TEXT NOT NULL, offer_id TEXT NOT NULL, "
           "enqueue_us BIGINT NOT NULL, subject TEXT NOT NULL, ticket_reference TEXT NOT NULL, "
           "preferred_agent_id TEXT NOT NULL, reason TEXT NOT NULL, excluded TEXT NOT NULL, "
           "version BIGINT NOT NULL)",
           "CREATE INDEX work_item_status ON work_item (status, queue_id)",
           "CREATE TABLE offer (id TEXT PRIMARY KEY, work_item_id TEXT NOT NULL, "
           "agent_id TEXT NOT NULL, queue_id TEXT NOT NULL, status BIGINT NOT NULL, "
           "created_us BIGINT NOT NULL, expires_us BIGINT NOT NULL, subject TEXT NOT NULL, "
           "ticket_reference TEXT NOT NULL, channel BIGINT NOT NULL, why TEXT NOT NULL, "
           "epoch BIGINT NOT NULL)",
           // The store itself allows one active offer of an item.
           "CREATE UNIQUE INDEX offer_active ON offer (work_item_id) WHERE status = 1",
           "CREATE INDEX offer_due ON offer (expires_us) WHERE status = 1",
           "CREATE INDEX offer_agent ON offer (agent_id, status, id)"}};
}

sql::Step LeaderAndCommands() {
  return {3,
          "leader and commands to the ticket service",
          {"CREATE TABLE leader (one BIGINT PRIMARY KEY, holder TEXT NOT NULL, "
           "epoch BIGINT NOT NULL, expires_us BIGINT NOT NULL)",
           "INSERT INTO leader (one, holder, epoch, expires_us) VALUES (1, '', 0, 0)",
           "CREATE TABLE assign_command (offer_id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, "
           "agent_id TEXT NOT NULL, agent_name TEXT NOT NULL, created_us BIGINT NOT NULL, "
           "traceparent TEXT NOT NULL)"}};
}

sql::Step Policies() {
  return {6,
          "load by channel, and what queues and work are routed by",
          {"ALTER TABLE agent ADD COLUMN load TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE agent ADD COLUMN share BIGINT NOT NULL DEFAULT 1",
           "ALTER TABLE agent ADD COLUMN served BIGINT NOT NULL DEFAULT 0",
           // Channels 1 to 5, each with its units.
           "UPDATE agent SET load = " + UnitsOf(1) + " || ' ' || " + UnitsOf(2) + " || ' ' || " +
               UnitsOf(3) + " || ' ' || " + UnitsOf(4) + " || ' ' || " + UnitsOf(5),
           "ALTER TABLE queue ADD COLUMN tier BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE queue ADD COLUMN ordering BIGINT NOT NULL DEFAULT 1",
           "ALTER TABLE queue ADD COLUMN balance BIGINT NOT NULL DEFAULT 1",
           "ALTER TABLE queue ADD COLUMN preferred_seconds BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE queue ADD COLUMN hold_back_seconds BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE queue ADD COLUMN overflow_seconds BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE queue ADD COLUMN overflow_queue_id TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE work_item ADD COLUMN preferred_until_us BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE work_item ADD COLUMN preference BIGINT NOT NULL DEFAULT 1",
           "ALTER TABLE work_item ADD COLUMN requirements TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE work_item ADD COLUMN due_us BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE work_item ADD COLUMN home_queue_id TEXT NOT NULL DEFAULT ''",
           "UPDATE work_item SET home_queue_id = queue_id"}};
}

sql::Step Loads() {
  return {7,
          "what agents held, and since when",
          {"CREATE TABLE agent_load (agent_id TEXT NOT NULL, version BIGINT NOT NULL, "
           "since_us BIGINT NOT NULL, load TEXT NOT NULL, PRIMARY KEY (agent_id, version))",
           "CREATE INDEX agent_load_since ON agent_load (since_us)"}};
}

sql::Step Changes() {
  return {8,
          "when each thing was changed, for the replica that leads",
          {"ALTER TABLE agent ADD COLUMN changed_us BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE queue ADD COLUMN changed_us BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE work_item ADD COLUMN changed_us BIGINT NOT NULL DEFAULT 0",
           "CREATE INDEX agent_changed ON agent (changed_us)",
           "CREATE INDEX queue_changed ON queue (changed_us)",
           "CREATE INDEX work_item_changed ON work_item (changed_us)"}};
}

sql::Step RoutingPolicies() {
  return {9,
          "what all routing goes by",
          {"CREATE TABLE routing_policy (one BIGINT PRIMARY KEY, version BIGINT NOT NULL, "
           "weights TEXT NOT NULL, interrupts TEXT NOT NULL, exclusion_seconds BIGINT NOT NULL, "
           "missed_offers_max BIGINT NOT NULL, missed_offers_action BIGINT NOT NULL, "
           "heartbeat_seconds BIGINT NOT NULL, suspect_seconds BIGINT NOT NULL, "
           "lost_seconds BIGINT NOT NULL, lost_grace TEXT NOT NULL)",
           // By channel 1 to 5; interrupts: what comes newly, by what is there.
           "INSERT INTO routing_policy VALUES (1, 1, '1 2 1 4 1', '11121 11121 11121 22222 11121', "
           "30, 3, 1, 5, 15, 45, '0 30 0 30 0')"}};
}

sql::Step Sessions() {
  return {10,
          "sessions of agents, and the work of those who were lost",
          {"ALTER TABLE agent ADD COLUMN connection BIGINT NOT NULL DEFAULT 3",
           "ALTER TABLE agent ADD COLUMN connection_us BIGINT NOT NULL DEFAULT 0",
           "CREATE TABLE agent_session (agent_id TEXT NOT NULL, id TEXT NOT NULL, "
           "device TEXT NOT NULL, start_us BIGINT NOT NULL, heartbeat_us BIGINT NOT NULL, "
           "PRIMARY KEY (agent_id, id))",
           "CREATE TABLE lost_work (work_item_id TEXT PRIMARY KEY, agent_id TEXT NOT NULL, "
           "due_us BIGINT NOT NULL, request_id TEXT NOT NULL)",
           "CREATE INDEX lost_work_agent ON lost_work (agent_id)",
           "CREATE INDEX lost_work_due ON lost_work (due_us)",
           "CREATE INDEX work_item_held ON work_item (agent_id) WHERE status = 3"}};
}

sql::Step WrapUps() {
  return {11,
          "work that its agent wraps up",
          {"ALTER TABLE queue ADD COLUMN wrap_up_seconds BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE work_item ADD COLUMN wrap_up_until_us BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE work_item ADD COLUMN wrap_up_extendable_seconds BIGINT NOT NULL DEFAULT 0",
           "CREATE INDEX work_item_wrapping ON work_item (wrap_up_until_us) WHERE status = 6"}};
}

sql::Step Waits() {
  return {12,
          "estimates of waits, and what is served",
          {"CREATE TABLE wait_estimate (work_item_id TEXT NOT NULL, queue_id TEXT NOT NULL, "
           "asked_us BIGINT NOT NULL, position BIGINT NOT NULL, p50_us BIGINT NOT NULL, "
           "p90_us BIGINT NOT NULL, waited_us BIGINT NOT NULL, PRIMARY KEY (work_item_id, "
           "asked_us))",
           // Not settled yet: one of an item.
           "CREATE UNIQUE INDEX wait_estimate_open ON wait_estimate (work_item_id) WHERE waited_us "
           "< 0",
           "CREATE INDEX wait_estimate_queue ON wait_estimate (queue_id, asked_us) WHERE waited_us "
           ">= 0",
           "CREATE INDEX wait_estimate_asked ON wait_estimate (asked_us)",
           "CREATE INDEX offer_served ON offer (queue_id, created_us) WHERE status = 2"}};
}

// The store itself takes no more than the capacity, but for what was let in on purpose.
sql::Step Excess() {
  const std::string add = "ALTER TABLE agent ADD COLUMN excess BIGINT NOT NULL DEFAULT 0";
  const std::string fill =
      "UPDATE agent SET excess = CASE WHEN used > capacity THEN used - capacity ELSE 0 END";
  return {13,
          "capacity is kept by the store",
          // SQLite adds a constraint with a column alone.
          {add, fill,
           "ALTER TABLE agent ADD COLUMN within BIGINT NOT NULL DEFAULT 1 "
           "CHECK (used <= capacity + excess)"},
          {add, fill,
           "ALTER TABLE agent ADD CONSTRAINT agent_within CHECK (used <= capacity + excess)"}};
}

sql::Step HoursAndMaxWaits() {
  return {14,
          "queues with business hours, and how long work may wait",
          {"CREATE TABLE business_calendar (id TEXT PRIMARY KEY, version BIGINT NOT NULL, "
           "deleted BIGINT NOT NULL, display_name TEXT NOT NULL, time_zone TEXT NOT NULL, "
           "week TEXT NOT NULL, holidays TEXT NOT NULL)",
           "ALTER TABLE queue ADD COLUMN calendar_id TEXT NOT NULL DEFAULT ''",
           "ALTER TABLE queue ADD COLUMN closed_hours BIGINT NOT NULL DEFAULT 1",
           "ALTER TABLE queue ADD COLUMN max_wait_seconds BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE queue ADD COLUMN max_wait_action BIGINT NOT NULL DEFAULT 1",
           "CREATE INDEX queue_calendar ON queue (calendar_id)",
           "ALTER TABLE work_item ADD COLUMN wait_start_us BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE work_item ADD COLUMN is_overdue BIGINT NOT NULL DEFAULT 0",
           "CREATE TABLE flag_command (request_id TEXT PRIMARY KEY, ticket_id TEXT NOT NULL, "
           "note TEXT NOT NULL, created_us BIGINT NOT NULL)"}};
}

sql::Step ByHand() {
  return {15,
          "what people decide past the engine",
          {"ALTER TABLE queue ADD COLUMN agents_may_pull BOOLEAN NOT NULL DEFAULT FALSE",
           "ALTER TABLE work_item ADD COLUMN ticket_priority BIGINT NOT NULL DEFAULT 0",
           "ALTER TABLE work_item ADD COLUMN priority_by_hand BOOLEAN NOT NULL DEFAULT FALSE",
           "UPDATE work_item SET ticket_priority = priority",
           "ALTER TABLE routing_policy ADD COLUMN transfer_seconds BIGINT NOT NULL DEFAULT 60"}};
}

}  // namespace

Status Migrate(sql::Database& database) {
  return sql::Migrate(
      database, "routing",
      {
          AgentsAndQueues(),
          WorkAndOffers(),
          LeaderAndCommands(),
          {4,
           "finding live work, and offers by status",
           {"CREATE INDEX work_item_live ON work_item (id) WHERE status <= 3",
            "CREATE INDEX offer_status ON offer (status, id)"}},
          {5, "offers of one piece of work", {"CREATE INDEX offer_item ON offer (work_item_id)"}},
          Policies(),
          Loads(),
          Changes(),
          RoutingPolicies(),
          Sessions(),
          WrapUps(),
          Waits(),
          Excess(),
          HoursAndMaxWaits(),
          ByHand(),
          {16,
           "since when work waits in its queue",
           {"ALTER TABLE work_item ADD COLUMN queue_start_us BIGINT NOT NULL DEFAULT 0"}},
      });
}

}  // namespace muara::routing::store
