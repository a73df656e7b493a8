// submit and import through a server: what they say, write and end with is what they do on the
// ledger's directory, and what may have been recorded is safe to hand in again.
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <cctype>

#include "server/problem.h"
#include "tests/server/scripted_server.h"
#include "tests/tools/served_office.h"

namespace kinledger::tools {
namespace {

/// Without the hashes: two ledgers that were told the same have other ones.
std::string without_hashes(std::string_view text) {
  constexpr std::size_t hash_digits = 64;
  std::string out;
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && std::isxdigit(static_cast<unsigned char>(text[digits])) != 0)
      ++digits;
    if (digits == hash_digits)
      out += "HASH";
    else
      out += text.substr(0, digits);
    text.remove_prefix(digits);
    if (text.empty()) break;
    out += text.front();
    text.remove_prefix(1);
  }
  return out;
}

/// The same for programs.
std::string without_proofs(const std::string& line) {
  auto object = object_of(line);
  const auto strip = [](boost::json::value& receipt) {
    if (!receipt.is_object()) return;
    EXPECT_FALSE(receipt.get_object().at("proof").is_null());
    for (const auto* name : {"root", "checkpoint", "proof"}) receipt.get_object()[name] = nullptr;
  };
  if (auto* receipts = object.if_contains("receipts"))
    for (auto& receipt : receipts->get_array()) strip(receipt);
  if (auto* receipt = object.if_contains("receipt")) strip(*receipt);
  return boost::json::serialize(object);
}

class SubmitFar : public ServeCommand {
 protected:
  SubmitFar() {
    // One is asked in its directory, the other, which is the same, through its server.
    EXPECT_EQ(shell_.bash("cp -a city copy; cp -a city.state copy.state").exit, 0);
    serve();
  }

  struct Both {
    Ran near, far;
  };
  Both run(std::vector<std::string> words, const std::string& input = "") {
    auto beside = words;
    beside.insert(beside.begin() + 1, "copy");
    words.insert(words.end(), {"--url", url()});
    return {shell_.run(beside, input), shell_.run(words, input)};
  }
  void expect_same(const std::vector<std::string>& words, int exit, const std::string& input = "") {
    const auto both = run(words, input);
    EXPECT_EQ(both.near.exit, exit) << both.near.told();
    EXPECT_EQ(both.far.exit, exit) << both.far.told();
    EXPECT_EQ(without_hashes(both.far.out), without_hashes(both.near.out));
    EXPECT_EQ(both.far.err, both.near.err);
  }
  void expect_same_json(std::vector<std::string> words, int exit, const std::string& input = "") {
    words.emplace_back("--json");
    const auto both = run(words, input);
    EXPECT_EQ(both.near.exit, exit) << both.near.told();
    EXPECT_EQ(both.far.exit, exit) << both.far.told();
    EXPECT_EQ(without_proofs(both.far.out), without_proofs(both.near.out));
    EXPECT_EQ(both.far.err, both.near.err);
  }
  std::uint64_t served_size() const {
    return number(object_of(body_of(get("/readyz"))), "treeSize");
  }

  const std::string header_ = "缴费日期,参保人身份证号,险种,医保年度,金额\n";
};

TEST_F(SubmitFar, RecordsASubmissionAsOnTheDirectory) {
  expect_same({"submit", "--dry-run"}, 0, premium("late", "250.00"));
  expect_same_json({"submit", "--dry-run"}, 0, premium("late", "250.00"));
  expect_same({"submit"}, 0, premium("late", "250.00"));
  expect_same({"submit"}, 0, premium("late", "250.00"));
  expect_same_json({"submit"}, 0, premium("late", "250.00"));
  expect_same_json({"submit"}, 0, premium("later", "260.00"));
  expect_same({"submit"}, 3, premium("wrong", "250.123"));
  expect_same_json({"submit"}, 3, premium("wrong", "250.123"));
  expect_same({"submit"}, 3, "{");
  const auto conflict = run({"submit"}, premium("late", "251.00"));
  EXPECT_EQ(conflict.near.exit, 3);
  EXPECT_EQ(conflict.far.exit, 3);
  EXPECT_TRUE(holds(conflict.far.err, "CONFLICT")) << conflict.far.err;
  EXPECT_EQ(shell_.run({"submit", "city", "--url", url()}).exit, 2);
}

TEST_F(SubmitFar, ImportsTablesAsFromTheDirectory) {
  shell_.write("good.csv", header_ + office_.premium_row("2021-04-01", office_.sister));
  shell_.write("mixed.csv", header_ + office_.premium_row("2021-04-03", office_.sister, "x") +
                                office_.premium_row("2021-04-04", office_.sister));
  expect_same({"import", "good.csv", "--dry-run"}, 0);
  expect_same({"import", "good.csv", "--key", "2021年四月"}, 0);
  expect_same({"import", "good.csv", "--key", "2021年四月"}, 0);
  expect_same_json({"import", "good.csv"}, 0);
  expect_same({"import", "mixed.csv"}, 3);
  expect_same_json({"import", "mixed.csv"}, 3);
  expect_same({"import", "mixed.csv", "--skip-invalid"}, 1);
  expect_same_json({"import", "mixed.csv", "--skip-invalid", "--dry-run"}, 1);
  expect_same({"import", "good.csv", "mixed.csv"}, 3);
  expect_same({"import", "good.csv", "nowhere.csv"}, 3);
  expect_same({"import", "good.csv", "--format", "nothing"}, 3);
  expect_same({"import", "good.csv", "--date", "x"}, 3);
  EXPECT_EQ(shell_.run({"template", "premiums", "--out", "empty.xlsx"}).exit, 0);
  expect_same({"import", "empty.xlsx"}, 3);
}

TEST_F(SubmitFar, WritesTheRefusedRowsAndTheAnnotatedCopy) {
  shell_.write("mixed.csv", header_ + office_.premium_row("2021-04-03", office_.sister, "x") +
                                office_.premium_row("2021-04-04", office_.sister) +
                                office_.premium_row("2021-13-05", office_.sister));
  EXPECT_EQ(
      shell_
          .run({"import", "copy", "mixed.csv", "--rejects", "near.csv", "--annotate", "near.xlsx"})
          .exit,
      3);
  EXPECT_EQ(shell_
                .run({"import", "mixed.csv", "--rejects", "far.csv", "--annotate", "far.xlsx",
                      "--url", url()})
                .exit,
            3);
  EXPECT_EQ(shell_.read("far.csv"), shell_.read("near.csv"));
  EXPECT_TRUE(holds(shell_.read("far.csv"), "2021-13-05"));
  EXPECT_FALSE(holds(shell_.read("far.csv"), "2021-04-04"));
  const auto cells = [&](const std::string& name) {
    return shell_.bash("unzip -p " + name + " xl/sharedStrings.xml xl/worksheets/sheet1.xml").out;
  };
  EXPECT_FALSE(cells("near.xlsx").empty());
  EXPECT_EQ(cells("far.xlsx"), cells("near.xlsx"));
}

TEST_F(SubmitFar, ImportsLinesUpToTheRefusedOne) {
  const auto line = [&](const std::string& key, const std::string& person) {
    return R"({"key": ")" + key +
           R"(", "events": [{"type": "PremiumPaid", "validOn": "2021-05-01", "person": ")" +
           person + R"(", "insuranceYear": 2021, "amount": "1.00"}]})" + "\n";
  };
  shell_.write("a.ndjson", line("one", child_));
  shell_.write("b.ndjson",
               line("two", child_) + line("three", std::string(32, '7')) + line("four", child_));
  expect_same({"import", "a.ndjson"}, 0);
  expect_same_json({"import", "a.ndjson"}, 0);
  expect_same({"import", "b.ndjson"}, 3);
  expect_same_json({"import", "b.ndjson", "--skip-invalid"}, 1);
  EXPECT_EQ(shell_.run({"import", "copy", "b.ndjson", "--rejects", "near.ndjson"}).exit, 3);
  EXPECT_EQ(shell_.run({"import", "b.ndjson", "--rejects", "far.ndjson", "--url", url()}).exit, 3);
  EXPECT_EQ(shell_.read("far.ndjson"), line("three", std::string(32, '7')));
  EXPECT_EQ(shell_.read("near.ndjson"), shell_.read("far.ndjson"));
}

TEST_F(SubmitFar, SaysThatTheSameAgainIsSafeWhenNoAnswerComes) {
  shell_.write("good.csv", header_ + office_.premium_row("2021-04-01", office_.sister));
  const auto size = served_size();
  {
    // Between the two stands somebody who hands the request on and loses the answer.
    const server::Serving losing(server::HttpOptions(), [&](const server::HttpRequest& request) {
      std::string fields = "Content-Type: text/csv\r\n";
      for (const auto& field : request.fields)
        if (field.name == "idempotency-key") fields += "Idempotency-Key: " + field.value + "\r\n";
      EXPECT_EQ(server::status_of(post(request.target, request.body, fields)), 201);
      return server::HttpResponse{504, "text/plain", {}, "the answer was lost\n"};
    });
    const auto lost =
        shell_.run({"import", "good.csv", "--key", "april", "--url", server::url_of(losing)});
    EXPECT_EQ(lost.exit, 5) << lost.told();
    EXPECT_TRUE(holds(lost.err, "whether it was recorded is unknown")) << lost.err;
  }
  // The source, and the row.
  EXPECT_EQ(served_size(), size + 2) << "it was recorded";
  const auto again = shell_.run({"import", "good.csv", "--key", "april", "--url", url()});
  EXPECT_EQ(again.exit, 0) << again.told();
  EXPECT_EQ(served_size(), size + 2) << "and is not again";
  EXPECT_EQ(stop(), 0);
  const auto down = shell_.run({"--lang", "zh", "submit", "--url", url()}, premium("x", "1.00"));
  EXPECT_EQ(down.exit, 5) << down.told();
  EXPECT_TRUE(holds(down.err, "不会重复登记")) << down.err;
}

TEST_F(SubmitFar, WhatIsToBeTriedAgainLaterEndsWithFive) {
  const server::Serving busy({}, [](const server::HttpRequest&) {
    return server::problem(
        429u, ledger::Reason{"TOO_OFTEN", "请在 60 秒后重试", "try again in 60 seconds"});
  });
  shell_.write("one.csv", header_ + office_.premium_row("2021-04-01", office_.sister));
  const auto ran = shell_.run({"import", "one.csv", "--url", server::url_of(busy)});
  EXPECT_EQ(ran.exit, 5) << ran.told();
  EXPECT_TRUE(holds(ran.err, "try again in 60 seconds")) << ran.err;
}

TEST_F(SubmitFar, AFileThatIsTooLargeIsNotSent) {
  shell_.write("large.csv", header_ + std::string((std::size_t{64} << 20) + 1, ','));
  const auto ran = shell_.run({"import", "large.csv", "--url", url()});
  EXPECT_EQ(ran.exit, 3) << ran.told();
  EXPECT_TRUE(holds(ran.err, "FILE_TOO_LARGE")) << ran.err;
}

}  // namespace
}  // namespace kinledger::tools
