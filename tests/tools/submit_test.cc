// submit, as a program hands in.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

TEST(Submit, GivesAReceiptAndKeepsItsKeyToOneContent) {
  Office office;
  const auto submission = [&](const std::string& amount) {
    return R"({"key":"k1","events":[{"type":"PremiumPaid","validOn":"2021-03-30","person":{"idNumber":")" +
           office.child + R"("},"scheme":"children","insuranceYear":2021,"amount":")" + amount +
           R"("}]})";
  };
  const auto first = office.shell.run({"submit", "city", "--json"}, submission("250.00"));
  EXPECT_EQ(first.exit, 0) << first.told();
  const auto receipt = object_of(first.out).at("receipt").as_object();
  EXPECT_EQ(text(receipt, "key"), "k1");
  EXPECT_EQ(number(receipt, "count"), 1U);
  EXPECT_EQ(number(receipt, "treeSize"), number(receipt, "firstSequence") + 1);
  EXPECT_EQ(text(receipt, "recordedAt"), "2021-01-11T01:00:00.000000Z");
  const auto again = office.shell.run({"submit", "city"}, submission("250.00"));
  EXPECT_TRUE(holds(again.out, "already recorded")) << again.told();
  EXPECT_EQ(office.shell.run({"submit", "city"}, submission("260.00")).exit, 3);
  EXPECT_EQ(office.shell.run({"submit", "city"}, "{\"key\":").exit, 3);
  EXPECT_EQ(office.shell.run({"submit", "city"}, "").exit, 3);
}

TEST(Submit, RefusesARegionThatIsNone) {
  const Office office;
  for (const auto* code : {"000000", "033010", "3301"}) {
    const auto ran = office.shell.run(
        {"submit", "city"}, R"({"key":"k","jurisdiction":")" + std::string(code) +
                                R"(","events":[{"type":"PremiumPaid","validOn":"2021-03-30",)"
                                R"("person":{"idNumber":")" +
                                office.child +
                                R"("},"scheme":"children","insuranceYear":2021,)"
                                R"("amount":"250.00"}]})");
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, "[AREA_FORMAT]")) << ran.told();
  }
}

TEST(Submit, DryRunOnlyChecks) {
  Office office;
  const auto size = office.tree_size();
  const auto submission =
      R"({"key":"k1","events":[{"type":"PremiumPaid","validOn":"2021-03-30","person":{"idNumber":")" +
      office.child + R"("},"scheme":"nonsense","insuranceYear":2021,"amount":"250.00"}]})";
  const auto ran = office.shell.run({"submit", "city", "--dry-run", "--json"}, submission);
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.out, "CODE_UNKNOWN")) << ran.told();
  EXPECT_EQ(office.tree_size(), size);
}

TEST(Submit, ARuleIsNotVoided) {
  const Office office;
  for (const auto* rule : {"1", "5"}) {  // the pack, and a rule of it
    const auto ran = office.shell.run(
        {"submit", "city", "--lang", "en"},
        R"({"key":"v","events":[{"type":"EventVoided","correction":{"replaces":)" +
            std::string(rule) + R"(,"cause":"duplicate","authority":"agency"}}]})");
    EXPECT_EQ(ran.exit, 3) << ran.told();
    EXPECT_TRUE(holds(ran.err, "NOT_CORRECTABLE")) << ran.told();
  }
}

TEST(Submit, TakesNoKeyThatTheProgramRecordsUnder) {
  const Office office;
  const auto ran = office.shell.run({"submit", "city", "--lang", "en"},
                                    R"({"key":"subject map/46","events":[]})");
  EXPECT_TRUE(holds(ran.err, "KEY_RESERVED")) << ran.told();
  office.write_premiums("p.csv", office.premium_row("2021-02-01", office.child));
  const auto table = office.shell.run(
      {"import", "city", "p.csv", "--key", "pack/hangzhou-2021/9", "--lang", "en"});
  EXPECT_EQ(table.exit, 3);
  EXPECT_TRUE(holds(table.told(), "KEY_RESERVED")) << table.told();
  for (const auto* key : {"access/april", "log key/1"})
    EXPECT_TRUE(holds(
        office.shell.run({"submit", "city"}, std::string(R"({"key":")") + key + R"(","events":[]})")
            .told(),
        "KEY_RESERVED"));
}

}  // namespace
}  // namespace kinledger::tools
