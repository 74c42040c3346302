// A database within a transaction: what is done through it is a savepoint, so that what opens
// transactions of its own can be a step of a larger one. A step that fails is undone, and the rest
// stays. Used by the transaction's thread alone; must not outlive it.
#pragma once

#include "libs/sql/database.h"

namespace muara::sql {

class Nested final : public Database {
 public:
  explicit Nested(Tx& tx) : tx_(tx) {}
  Engine engine() const override { return tx_.engine(); }

 protected:
  Status RunIn(Mode mode, const std::function<Status(Tx&)>& work) override;

 private:
  Tx& tx_;
};

}  // namespace muara::sql
