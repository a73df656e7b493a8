// settle: the year's reimbursements of a unit, proposed, recorded as proposed, and reviewed after a
// correction.
#include <boost/json/serialize.hpp>

#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

/// Both children paid in time and have an annual settlement of 2021; the channel of 2022 holds
/// 1,000 yuan.
class SettlingOffice : public Office {
 public:
  SettlingOffice() {
    on("2021-04-06");
    write_premiums("premiums.csv",
                   premium_row("2021-03-30", child) + premium_row("2021-03-30", sister));
    EXPECT_EQ(shell.run({"import", "city", "premiums.csv"}).exit, 0);
    for (const auto& person : {child, sister}) {
      submit("s" + person,
             R"({"type":"PersonStatusRecorded","validOn":"2020-09-01","kind":"hukou",)"
             R"("area":"330106","person":)" +
                 named(person) + "}");
      submit("t" + person,
             R"({"type":"PersonStatusRecorded","validOn":"2020-09-01","kind":"school",)"
             R"("value":"primary","area":"330106","person":)" +
                 named(person) + "}");
    }
    on("2022-03-01");
    settled(child, "700.00");
    settled(sister, "600.00");
    submit("f", R"({"type":"ChannelFundAllocated","validOn":"2022-01-10","unit":)" + unit() +
                    R"(,"fundYear":2022,"rate":"160.00","childMonths":24,"amount":"1000.00"})");
  }

  static std::string named(const std::string& person) {
    return R"({"idType":"residentId","idNumber":")" + person + R"("})";
  }
  static std::string unit() { return R"({"unitNumber":"330199001"})"; }
  void submit(const std::string& key, const std::string& event) const {
    const auto ran =
        shell.run({"submit", "city"}, R"({"key":")" + key + R"(","events":[)" + event + "]}");
    EXPECT_EQ(ran.exit, 0) << ran.told();
  }
  void settled(const std::string& person, const std::string& amount) const {
    submit("a" + person, R"({"type":"AnnualSettlementReceived","validOn":"2022-02-20","person":)" +
                             named(person) + R"(,"unit":)" + unit() +
                             R"(,"settlementYear":2021,"subsidyEligibleAmount":")" + amount +
                             R"("})");
  }
  boost::json::object settle(std::vector<std::string> words, int exit) const {
    words.insert(words.begin(), {"settle", "city", "330199001", "--year", "2021", "--json"});
    const auto ran = shell.run(words);
    EXPECT_EQ(ran.exit, exit) << ran.told();
    const auto told = objects_of(ran.out);
    EXPECT_EQ(told.size(), 1U) << ran.out;
    return told.empty() ? boost::json::object{} : told.front();
  }
  std::uint64_t sequence_of(std::string_view type) const {
    std::uint64_t sequence = 0;
    for (const auto& event : objects_of(shell.run({"history", "city", "@child.txt", "--json"}).out))
      if (text(event, "type") == type) sequence = number(event, "sequence");
    return sequence;
  }
};

TEST(Settle, ProposesWhatTheChannelAndFinanceBear) {
  const SettlingOffice office;
  const auto proposal = office.settle({"--on", "2022-06-30"}, 0);
  EXPECT_EQ(text(proposal, "total"), "1300.00") << boost::json::serialize(proposal);
  EXPECT_EQ(text(proposal, "channelLeft"), "1000.00");
  EXPECT_EQ(text(proposal, "topUp"), "300.00");
  const auto& payments = proposal.at("payments").as_array();
  ASSERT_EQ(payments.size(), 2U);
  std::int64_t channel = 0;
  std::int64_t fiscal = 0;
  for (const auto& payment : payments) {
    channel += std::stoll(std::string(text(payment.as_object(), "fromChannel")));
    fiscal += std::stoll(std::string(text(payment.as_object(), "fromFiscal")));
  }
  EXPECT_EQ(channel, 1000);
  EXPECT_EQ(fiscal, 300);
  const auto& events = proposal.at("submission").at("events").as_array();
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(text(events[2].as_object(), "type"), "FiscalTopUpGranted");
}

TEST(Settle, IsProposedInTheYearAfterOnly) {
  const SettlingOffice office;
  const auto early = office.shell.run(
      {"settle", "city", "330199001", "--year", "2021", "--on", "2021-12-31", "--lang", "en"});
  EXPECT_EQ(early.exit, 3);
  EXPECT_TRUE(holds(early.err, "from 2022-01-01 until before 2023-01-01")) << early.told();
  EXPECT_EQ(office.settle({"--on", "2022-01-01"}, 0).at("inWindow"), true);
  EXPECT_EQ(office.settle({"--on", "2022-12-31"}, 0).at("inWindow"), true);
  EXPECT_EQ(office.settle({"--on", "2023-01-01"}, 3).at("inWindow"), false);
}

TEST(Settle, WritesASubmissionThatIsRecordedOnceAndLeavesNothingToSettle) {
  const SettlingOffice office;
  ASSERT_EQ(office.shell
                .run({"settle", "city", "330199001", "--year", "2021", "--on", "2022-03-01",
                      "--out", "settlement.json"})
                .exit,
            0);
  const auto submission = office.shell.read("settlement.json");
  ASSERT_EQ(office.shell.run({"submit", "city"}, submission).exit, 0);
  const auto size = office.tree_size();
  ASSERT_EQ(office.shell.run({"submit", "city"}, submission).exit, 0);
  EXPECT_EQ(office.tree_size(), size) << "handed in twice";
  const auto after = office.settle({"--on", "2022-03-01"}, 0);
  EXPECT_EQ(text(after, "total"), "0.00");
  EXPECT_EQ(text(after, "topUp"), "0.00");
  EXPECT_TRUE(after.at("payments").as_array().empty());
  const auto review = office.settle({"--on", "2022-03-01", "--review"}, 0);
  EXPECT_EQ(number(review, "changed"), 0U);
  EXPECT_EQ(review.at("acts").as_array().size(), 2U);
}

TEST(Settle, TellsProgramsNothingButJson) {
  const SettlingOffice office;
  const auto proposal = office.settle({"--on", "2022-06-30", "--out", "settlement.json"}, 0);
  EXPECT_EQ(object_of(office.shell.read("settlement.json")), proposal.at("submission"));
  const auto words = office.shell.run({"settle", "city", "330199001", "--year", "2021", "--on",
                                       "2022-06-30", "--out", "settlement.json"});
  EXPECT_TRUE(holds(words.out, "kinledger submit LEDGER < settlement.json")) << words.told();
}

TEST(Settle, FlagsAnActWhoseAnswerALaterCorrectionChanged) {
  SettlingOffice office;
  ASSERT_EQ(office.shell
                .run({"settle", "city", "330199001", "--year", "2021", "--on", "2022-03-01",
                      "--out", "settlement.json"})
                .exit,
            0);
  ASSERT_EQ(office.shell.run({"submit", "city"}, office.shell.read("settlement.json")).exit, 0);
  office.on("2022-05-10");
  const auto sequence = std::to_string(office.sequence_of("AnnualSettlementReceived"));
  office.submit("c", R"({"type":"AnnualSettlementReceived","validOn":"2022-02-20","person":)" +
                         SettlingOffice::named(office.child) + R"(,"unit":)" +
                         SettlingOffice::unit() +
                         R"(,"settlementYear":2021,"subsidyEligibleAmount":"450.00",)"
                         R"("correction":{"replaces":)" +
                         sequence + R"(,"cause":"wrongAmount","authority":"agency"}})");
  const auto review = office.settle({"--on", "2022-05-10", "--review"}, 1);
  EXPECT_EQ(number(review, "changed"), 1U);
  EXPECT_EQ(text(review, "recover"), "250.00");
  EXPECT_EQ(text(review, "payMore"), "0.00");
  for (const auto& act : review.at("acts").as_array()) {
    const auto& one = act.as_object();
    if (one.at("changed") == false) continue;
    EXPECT_EQ(text(one, "eligibleThen"), "700.00");
    EXPECT_EQ(text(one, "eligibleNow"), "450.00");
    EXPECT_FALSE(one.at("since").as_array().empty());
  }
  const auto of_area = [&](const std::string& area, int exit) {
    const auto ran = office.shell.run({"settle", "city", "--area", area, "--year", "2021", "--on",
                                       "2022-05-10", "--review", "--json"});
    EXPECT_EQ(ran.exit, exit) << ran.told();
    return object_of(ran.out);
  };
  const auto of_division = of_area("330100", 1);
  EXPECT_EQ(of_division.at("acts"), review.at("acts"));
  EXPECT_EQ(of_division.at("recover"), review.at("recover"));
  EXPECT_EQ(text(of_division, "area"), "330100");
  EXPECT_TRUE(of_area("330109", 0).at("acts").as_array().empty());
}

TEST(Settle, SaysWhatIsWrongWithTheWords) {
  const Office office;
  EXPECT_EQ(office.shell.run({"settle", "city", "330199001"}).exit, 2);
  EXPECT_EQ(office.shell.run({"settle", "city", "330199001", "--year", "21"}).exit, 3);
  EXPECT_EQ(office.shell.run({"settle", "city", "999", "--year", "2021"}).exit, 3);
  EXPECT_EQ(
      office.shell.run({"settle", "city", "330199001", "--year", "2021", "--review", "--out", "x"})
          .exit,
      2);
  EXPECT_EQ(office.shell.run({"settle", "city", "--area", "330106", "--year", "2021"}).exit, 2);
  EXPECT_EQ(office.shell.run({"settle", "city", "--area", "33", "--year", "2021", "--review"}).exit,
            3);
}

}  // namespace
}  // namespace kinledger::tools
