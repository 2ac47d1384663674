package org.example.shop;

import io.masterlatch.latch.MasterLatch;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows what the shop has been given. */
@RestController
class ShopController {

    private final ObjectProvider<MasterLatch> latch;
    private final ObjectProvider<Stock> stock;
    private final Environment environment;
    private final NotifyProperties notify;

    ShopController(
            ObjectProvider<MasterLatch> latch,
            ObjectProvider<Stock> stock,
            Environment environment,
            NotifyProperties notify) {
        this.latch = latch;
        this.stock = stock;
        this.environment = environment;
        this.notify = notify;
    }

    @GetMapping("/shop")
    Map<String, Object> shop() {
        Map<String, Object> shop = new TreeMap<>();
        latch.ifAvailable(it -> shop.put("role", it.mastership().role(it.now())));
        stock.ifAvailable(it -> shop.put("changes", it.changes()));
        shop.put("customers", notify.customers());
        for (String name : new String[] {
            "server.address",
            "server.tomcat.connection-timeout",
            "spring.servlet.multipart.enabled",
            "spring.mvc.problemdetails.enabled",
            "management.endpoints.web.exposure.include",
            "management.endpoint.health.show-details",
            "logging.level.org.apache.zookeeper",
            "logging.level.org.apache.curator"
        }) {
            shop.put(name, String.valueOf(environment.getProperty(name)));
        }
        shop.put("thread", Thread.currentThread().toString());
        return shop;
    }

    @GetMapping("/count")
    String count() {
        stock.getObject().count();
        return "counted " + stock.getObject().counted();
    }

    @PostMapping("/order")
    String order() {
        return "ordered";
    }
}
