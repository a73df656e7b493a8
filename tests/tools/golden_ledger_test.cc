// A ledger that version 0.1.0 made, as it left it: every later program opens it, with its keys and
// its vault, and gives the same root and the same answers.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

constexpr std::string_view golden_root =
    "01f5b01534ff9095565780e9857382a00c82eaea3ca83f5e6aadadb216664d7a";
constexpr std::string_view golden_person = "a36187ba9605aae516e91fc319a22811";

TEST(GoldenLedger, OfFormatOneIsReadAsItWasWritten) {
  Shell shell;
  const std::string golden = KINLEDGER_SOURCE_DIR "/tests/ledger/golden/format-1-ledger.tar.gz";
  ASSERT_EQ(shell.bash("tar -xzf '" + golden + "'").exit, 0);
  shell.set("KINLEDGER_NOW", "2021-05-01T09:00:00+08:00");

  const auto verified = shell.run({"verify", "city", "--json"});
  ASSERT_EQ(verified.exit, 0) << verified.told();
  const auto head = object_of(verified.out);
  EXPECT_EQ(number(head, "treeSize"), 45U);
  EXPECT_EQ(text(head, "root"), golden_root);
  EXPECT_EQ(number(head, "persons"), 1U) << "of the vault";

  const auto asked = shell.run({"history", "city", "@child.txt"});
  ASSERT_EQ(asked.exit, 0) << asked.told();
  for (const auto* fact : {"PersonRegistered", "PremiumPaid", "birthDate=2015-06-01",
                           "scheme=children insuranceYear=2021 amount=250.00"})
    EXPECT_TRUE(holds(asked.out, fact)) << asked.out;
  const auto status =
      shell.run({"status", "city", "@child.txt", "--on", "2021-05-01", "--known", "45", "--json"});
  ASSERT_EQ(status.exit, 0) << status.told();
  const auto answer = object_of(status.out);
  EXPECT_EQ(text(answer, "person"), golden_person);
  EXPECT_EQ(text(answer.at("basis").get_object(), "root"), golden_root);
  EXPECT_EQ(text(answer.at("failing").get_object(), "code"), "not_enrolled");

  // What is recorded today goes behind it, and is signed with its key.
  shell.write("units.csv",
              "起始日期,单位编号,单位名称,单位类型,财政级次,财政全额保障,区域\n"
              "2021-04-01,330199002,示例学校,行政机关,市级,是,330106\n");
  const auto imported = shell.run({"import", "city", "units.csv"});
  EXPECT_EQ(imported.exit, 0) << imported.told();
  const auto signed_now = shell.run({"checkpoint", "city"});
  EXPECT_EQ(signed_now.exit, 0) << signed_now.told();
  EXPECT_TRUE(holds(signed_now.out, "golden.invalid\n")) << signed_now.out;
}

}  // namespace
}  // namespace kinledger::tools
