// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.widgets;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.dflib.jjava.jupyter.kernel.display.DisplayDataRenderable;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model that kernel and front end share: a set of attributes, each a JSON value. It is opened in
 * the front end when it is first shown; from then on changes go both ways. Attributes may be set
 * from any thread; what the user does in the front end is handled on the cell thread, between
 * cells.
 */
public abstract class Widget implements DisplayDataRenderable {

  private static final Logger LOG = LoggerFactory.getLogger(Widget.class);
  private static final String VIEW_TYPE = "application/vnd.jupyter.widget-view+json";
  private static final String REFERENCE = "IPY_MODEL_";

  private final String id = UUID.randomUUID().toString().replace("-", "");
  private final JsonObject state;
  private final JsonObject defaults;
  private final Map<String, Widget> parts = new LinkedHashMap<>();
  private @Nullable WidgetComm comm;
  private boolean closed;

  /**
   * A model with its default state.
   *
   * @param model name of the model, such as {@code IntSliderModel}
   */
  protected Widget(String model) {
    this.state = WidgetModels.state(model);
    this.defaults = state.deepCopy();
    WidgetModels.parts(model)
        .forEach(
            (key, part) -> {
              Widget own = new WidgetPart(part);
              parts.put(key, own);
              state.addProperty(key, own.reference());
            });
  }

  /** Id of the model; that of its comm, too. */
  public final String id() {
    return id;
  }

  /** Whether the front end knows this widget. */
  public final synchronized boolean isOpen() {
    return comm != null;
  }

  /** Removes the widget from the front end, wherever it is shown. It cannot be shown again. */
  public final void close() {
    WidgetComm open;
    synchronized (this) {
      closed = true;
      open = comm;
      comm = null;
    }
    if (open != null) {
      open.close();
    }
    parts.values().forEach(Widget::close);
  }

  @Override
  public final Set<MIMEType> getSupportedRenderTypes() {
    return Set.of(MIMEType.TEXT_PLAIN);
  }

  @Override
  public final void render(RenderContext context) {
    open();
    JsonObject view = new JsonObject();
    view.addProperty("version_major", 2);
    view.addProperty("version_minor", 0);
    view.addProperty("model_id", id);
    context.getOutputContainer().putData(VIEW_TYPE, view);
  }

  /** The name of the widget and the attributes that are not as they are by default. */
  @Override
  public final synchronized String toString() {
    List<String> shown = new ArrayList<>();
    for (Map.Entry<String, JsonElement> each : state.entrySet()) {
      String key = each.getKey();
      boolean plain = !key.startsWith("_") && !parts.containsKey(key) && !key.equals("outputs");
      if (plain && (key.equals("value") || !each.getValue().equals(defaults.get(key)))) {
        shown.add(key + "=" + each.getValue());
      }
    }
    return modelName().replaceAll("Model$", "") + "(" + String.join(", ", shown) + ")";
  }

  /** Opens the widget in the front end, after all that it refers to. */
  final void open() {
    parts.values().forEach(Widget::open);
    contents().forEach(Widget::open);
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("this widget has been closed: " + modelName());
      }
      if (comm == null) {
        comm = WidgetComm.open(this, state.deepCopy());
      }
    }
  }

  /** The widgets inside of this one, which must be open before it. */
  List<? extends Widget> contents() {
    return List.of();
  }

  /** A part, such as the layout. */
  final Widget part(String key) {
    Widget part = parts.get(key);
    if (part == null) {
      throw new IllegalArgumentException(modelName() + " has no " + key);
    }
    return part;
  }

  /** How other models refer to this one. */
  final String reference() {
    return REFERENCE + id;
  }

  final synchronized String modelName() {
    return state.get("_model_name").getAsString();
  }

  /** An attribute. */
  final synchronized JsonElement get(String key) {
    JsonElement value = state.get(key);
    if (value == null) {
      throw new IllegalArgumentException(modelName() + " has no attribute " + key);
    }
    return value;
  }

  /** Sets an attribute, here and in the front end. */
  final void set(String key, JsonElement value) {
    // Told under the lock: the front end hears of changes in the order in which they were made.
    synchronized (this) {
      if (get(key).equals(value)) {
        return;
      }
      state.add(key, value);
      if (comm != null) {
        JsonObject changed = new JsonObject();
        changed.add(key, value);
        comm.update("update", changed);
      }
    }
  }

  final void set(String key, @Nullable String value) {
    set(key, value == null ? JsonNull.INSTANCE : new JsonPrimitive(value));
  }

  final void set(String key, boolean value) {
    set(key, new JsonPrimitive(value));
  }

  final void set(String key, Number value) {
    set(key, new JsonPrimitive(value));
  }

  final void set(String key, List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    set(key, array);
  }

  final synchronized JsonObject state() {
    return state.deepCopy();
  }

  /**
   * What becomes of an attribute that the front end has changed.
   *
   * @return the value to take, corrected where need be; null for an attribute that the user cannot
   *     change, or a value that makes no sense
   */
  @Nullable JsonElement accept(String key, JsonElement value) {
    return null;
  }

  /** Called on the cell thread after the front end has changed an attribute. */
  void changed(String key) {}

  /** Called on the cell thread when the front end reports an event, such as a click. */
  void event(JsonObject content) {}

  /** Handles a message of the front end, on the cell thread. */
  final void receive(WidgetComm from, JsonObject data) {
    String method = text(data.get("method"));
    switch (method) {
      case "update" -> {
        if (data.get("state") instanceof JsonObject wanted) {
          take(from, wanted);
        }
      }
      case "request_state" -> {
        synchronized (this) {
          from.update("update", state());
        }
      }
      case "custom" -> {
        if (data.get("content") instanceof JsonObject content) {
          event(content);
        }
      }
      default -> LOG.warn("{} ignores a message with method '{}'", modelName(), method);
    }
  }

  /** Called when the front end has closed the comm. */
  final synchronized void lost() {
    comm = null;
  }

  private void take(WidgetComm from, JsonObject wanted) {
    List<String> changed = new ArrayList<>();
    synchronized (this) {
      JsonObject taken = new JsonObject();
      JsonObject corrected = new JsonObject();
      for (Map.Entry<String, JsonElement> each : wanted.entrySet()) {
        String key = each.getKey();
        JsonElement valid = accept(key, each.getValue());
        JsonElement before = state.get(key);
        if (valid == null) {
          LOG.debug("{} ignores '{}' of the front end", modelName(), key);
        } else {
          taken.add(key, valid);
          state.add(key, valid);
          if (!valid.equals(before)) {
            changed.add(key);
          }
        }
        JsonElement now = valid == null ? before : valid;
        if (now != null && !now.equals(each.getValue())) {
          corrected.add(key, now);
        }
      }
      if (taken.size() > 0) {
        from.update("echo_update", taken);
      }
      if (corrected.size() > 0) {
        from.update("update", corrected);
      }
    }
    changed.forEach(this::changed);
  }

  static String text(@Nullable JsonElement value) {
    return value instanceof JsonPrimitive primitive ? primitive.getAsString() : "";
  }
}
