<?php

namespace Resound\Webhooks;

use Illuminate\Bus\Queueable;
use Illuminate\Contracts\Events\Dispatcher;
use Illuminate\Contracts\Queue\ShouldQueue;
use Laravel\Reverb\Events\ChannelCreated;
use Laravel\Reverb\Events\ChannelRemoved;
use Laravel\Reverb\Protocols\Pusher\Channels\ChannelBroker;
use Resound\Events\ChannelOccupied;
use Resound\Events\ChannelVacated;
use Resound\Events\ServerEvent;

/**
 * Dispatches the events of one webhook in their order, and Reverb's own where Reverb is installed.
 */
class DispatchEvents implements ShouldQueue
{
    use Queueable;

    /**
     * @param  list<ServerEvent>  $events
     */
    public function __construct(public readonly array $events)
    {
    }

    public function handle(Dispatcher $dispatcher): void
    {
        foreach ($this->events as $event) {
            $dispatcher->dispatch($event);

            if (class_exists(ChannelBroker::class)) {
                if ($event instanceof ChannelOccupied) {
                    $dispatcher->dispatch(new ChannelCreated(ChannelBroker::create($event->channel)));
                } elseif ($event instanceof ChannelVacated) {
                    $dispatcher->dispatch(new ChannelRemoved(ChannelBroker::create($event->channel)));
                }
            }
        }
    }
}
