#include "libs/log/log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "libs/log/trace.h"

namespace muara {
namespace {

TEST(Log, WritesOneJsonLineWithTypedFieldsAndTheTrace) {
  log::Init("probe", log::Level::kInfo);
  testing::internal::CaptureStderr();
  {
    const trace::Scope scope(
        trace::FromTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    log::Info("done \"it\"", {{"count", 3}, {"ok", true}, {"name", "a\nb"}});
    log::Debug("not written");
    log::Info("b\xFFytes", {});
  }
  const std::string out = testing::internal::GetCapturedStderr();
  EXPECT_NE(
      out.find(R"("service":"probe","message":"done \"it\"","trace_id":)"
               R"("4bf92f3577b34da6a3ce929d0e0e4736","count":3,"ok":true,"name":"a\u000ab"})"),
      std::string::npos)
      << out;
  EXPECT_NE(out.find(R"("message":"b?ytes")"), std::string::npos) << out;
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2);
}

TEST(Trace, GoesOnWithAValidParentAndStartsAnewOtherwise) {
  const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const trace::Context next = trace::FromTraceparent(parent);
  EXPECT_EQ(next.trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_NE(next.span_id, "00f067aa0ba902b7");
  EXPECT_EQ(trace::ToTraceparent(next).size(), 55u);
  for (const char* bad : {"", "00-x", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"}) {
    EXPECT_EQ(trace::FromTraceparent(bad).trace_id.size(), 32u) << bad;
  }
}

}  // namespace
}  // namespace muara
